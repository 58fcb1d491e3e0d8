#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "api/postgres/array_literal.hpp"
#include "api/postgres/security_repository.hpp"

namespace {

using texts = std::vector<std::string>;

TEST(array_literal, quotes_every_element) {
  EXPECT_EQ(api::array_literal({}), "{}");
  EXPECT_EQ(api::array_literal(texts{""}), R"({""})");
  EXPECT_EQ(api::array_literal(texts{"a", "NULL", "b,c", "{}", " "}),
            R"({"a","NULL","b,c","{}"," "})");
}

TEST(array_literal, escapes_quotes_and_backslashes) {
  EXPECT_EQ(api::array_literal(texts{R"(a"b)", R"(a\b)", R"(\")"}), R"({"a\"b","a\\b","\\\""})");
}

// Texts that may only be part of a name, and those that may be the beginning of an ISIN as well.
const texts every_text{"", "of the", "bank"};

std::vector<api::security_page> every_set_of_filters() {
  std::vector<api::security_page> all;
  for (const char* country : {"", "DE"})
    for (const char* sector : {"", "Energy"})
      for (const auto& text : every_text) all.push_back({"US0378331005", 7, country, sector, text});
  return all;
}

// The numbers of `$1`, `$2` … in a text.
std::set<std::size_t> places(const std::string& sql) {
  static const std::regex place("\\$([0-9]+)");
  std::set<std::size_t> found;
  for (std::sregex_iterator i(sql.begin(), sql.end(), place), end; i != end; ++i)
    found.insert(std::stoul((*i)[1]));
  return found;
}

TEST(list_statement, a_name_means_one_text) {
  std::map<std::string, std::string> texts_by_name;
  for (auto p : every_set_of_filters()) {
    const auto one = api::make_list_statement(p);
    // A text decides which plan is short, so it is not prepared.
    EXPECT_EQ(one.name.empty(), !p.text.empty()) << one.name;
    if (!one.name.empty()) {
      EXPECT_TRUE(texts_by_name.emplace(one.name, one.sql).second) << one.name;
    }
    if (!p.country.empty()) p.country = "FR";
    if (!p.sector.empty()) p.sector = "%_'\"$1";
    if (p.text == "bank") p.text = "US0378331005";
    if (p.text == "of the") p.text = "0378%_\\'$1";
    p.after.clear();
    p.limit = 501;
    // The same filters with other values are the same statement.
    EXPECT_EQ(api::make_list_statement(p).sql, one.sql);
    EXPECT_EQ(api::make_list_statement(p).name, one.name);
  }
}

TEST(list_statement, has_a_value_for_every_place_and_a_place_for_every_value) {
  for (const auto& p : every_set_of_filters()) {
    const auto statement = api::make_list_statement(p);
    std::set<std::size_t> numbers;
    for (std::size_t i = 1; i <= statement.parameters.size(); ++i) numbers.insert(i);
    EXPECT_EQ(places(statement.sql), numbers) << statement.sql;
  }
}

TEST(list_statement, looks_among_isins_only_for_what_one_may_begin_with) {
  const auto parameters_for = [](const char* text) {
    return api::make_list_statement({"", 7, "", "", text}).parameters;
  };
  for (const char* text : {"de", "DE0007164600", "X", "Us03"})
    EXPECT_EQ(parameters_for(text).size(), 5u) << text;
  for (const char* text : {"0378", "d3", "a b", "D\xC3\x89", "DE00071646000", "DE~", "DE_"})
    EXPECT_EQ(parameters_for(text).size(), 3u) << text;
  EXPECT_EQ(parameters_for("de0"), (texts{"", "7", "%de0%", "DE0", "DE0~"}));
}

TEST(list_statement, never_has_what_users_wrote_in_its_text) {
  const std::string text = "'; DROP TABLE security; --";
  const api::security_page p{text, 7, text, text, text};
  EXPECT_EQ(api::make_list_statement(p).sql.find("DROP"), std::string::npos);
  EXPECT_EQ(api::make_list_statement(p).name.find("DROP"), std::string::npos);
}

}  // namespace
