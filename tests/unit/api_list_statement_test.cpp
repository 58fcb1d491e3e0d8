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

api::security_page page(bool country, bool sector, bool text) {
  api::security_page p;
  p.after = "US0378331005";
  p.limit = 7;
  if (country) p.country = "DE";
  if (sector) p.sector = "Energy";
  if (text) p.text = "bank";
  return p;
}

std::vector<api::security_page> every_set_of_filters() {
  std::vector<api::security_page> all;
  for (int i = 0; i < 8; ++i) all.push_back(page(i & 1, i & 2, i & 4));
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
    const auto [known, fresh] = texts_by_name.emplace(one.name, one.sql);
    EXPECT_TRUE(fresh) << one.name;
    if (!p.country.empty()) p.country = "FR";
    if (!p.sector.empty()) p.sector = "%_'\"$1";
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

TEST(list_statement, never_has_what_users_wrote_in_its_text) {
  auto p = page(true, true, true);
  p.country = "'; DROP TABLE security; --";
  p.sector = p.country;
  p.text = p.country;
  EXPECT_EQ(api::make_list_statement(p).sql.find("DROP"), std::string::npos);
  EXPECT_EQ(api::make_list_statement(p).name.find("DROP"), std::string::npos);
}

}  // namespace
