#include "api/http/query.hpp"

#include <gtest/gtest.h>

#include "api/http/json.hpp"

namespace {

constexpr std::string_view known[] = {"name", "count"};
using names = std::vector<std::string>;

names refused(const api::query_reader& query) {
  names found;
  for (const auto& p : query.problems()) found.push_back(p.parameter);
  return found;
}

TEST(query_reader, decodes_names_and_values) {
  const api::query_reader query("n%61me=a+b%2Bc%C3%BC", known);
  EXPECT_TRUE(query.good());
  EXPECT_EQ(query.text("name"), "a b+cü");
  EXPECT_EQ(query.text("count"), std::nullopt);
}

TEST(query_reader, knows_an_empty_value_from_none) {
  EXPECT_EQ(api::query_reader("name=", known).text("name"), "");
  EXPECT_EQ(api::query_reader("name", known).text("name"), "");
  EXPECT_EQ(api::query_reader("", known).text("name"), std::nullopt);
}

TEST(query_reader, takes_only_the_first_equals_sign_for_its_own) {
  EXPECT_EQ(api::query_reader("name=a=b", known).text("name"), "a=b");
}

TEST(query_reader, does_not_mind_ampersands_with_nothing_between) {
  const api::query_reader query("&&name=a&&count=1&", known);
  EXPECT_TRUE(query.good());
  EXPECT_EQ(query.text("count"), "1");
}

TEST(query_reader, refuses_what_it_does_not_know_and_names_what_it_does) {
  const api::query_reader query("other=1", known);
  EXPECT_EQ(refused(query), names{"other"});
  EXPECT_EQ(query.problems().front().detail,
            "The parameter other is not known here; these are: name, count.");
  EXPECT_EQ(api::query_reader("x=1", {}).problems().front().detail,
            "The parameter x is not known here; these are: none.");
}

TEST(query_reader, refuses_what_is_given_twice_also_in_another_spelling) {
  EXPECT_EQ(refused(api::query_reader("name=a&name=a", known)), names{"name"});
  EXPECT_EQ(refused(api::query_reader("name=a&n%61me=b", known)), names{"name"});
  EXPECT_EQ(refused(api::query_reader("name&name=b", known)), names{"name"});
}

TEST(query_reader, refuses_what_is_not_properly_encoded) {
  EXPECT_EQ(refused(api::query_reader("name=%", known)), names{"name"});
  EXPECT_EQ(refused(api::query_reader("name=%4", known)), names{"name"});
  EXPECT_EQ(refused(api::query_reader("name=%gg", known)), names{"name"});
  // A name that cannot be written down is a problem without one.
  EXPECT_EQ(refused(api::query_reader("%ff=1", known)), names{""});
  EXPECT_EQ(refused(api::query_reader("%=1", known)), names{""});
  EXPECT_EQ(refused(api::query_reader("a%0Ab=1", known)), names{""});
}

TEST(query_reader, gives_numbers_within_bounds) {
  for (const char* good : {"count=1", "count=9", "count=05"}) {
    api::query_reader query(good, known);
    const auto number = query.number("count", 1, 9, 3);
    EXPECT_TRUE(query.good()) << good;
    EXPECT_GE(number, 1);
  }
  api::query_reader none("", known);
  EXPECT_EQ(none.number("count", 1, 9, 3), 3);
  for (const char* bad : {"count=0", "count=10", "count=-1", "count=+1", "count=1.0",
                          "count=", "count= 1", "count=1%20", "count=0x1"}) {
    api::query_reader query(bad, known);
    query.number("count", 1, 9, 3);
    EXPECT_EQ(refused(query), names{"count"}) << bad;
  }
}

TEST(query_reader, gives_text_of_a_length_in_characters) {
  api::query_reader good("name=%C3%BC%E2%82%AC", known);
  EXPECT_EQ(good.text("name", 2, 2), "ü€");
  EXPECT_TRUE(good.good());
  api::query_reader none("", known);
  EXPECT_EQ(none.text("name", 2, 2), "");
  EXPECT_TRUE(none.good());
  for (const char* bad : {"name=a", "name=abc", "name=", "name=a%0A", "name=a%7F", "name=%C3%28",
                          "name=%ED%A0%80", "name=%C0%AF"}) {
    api::query_reader query(bad, known);
    EXPECT_EQ(query.text("name", 2, 2), "") << bad;
    EXPECT_EQ(refused(query), names{"name"}) << bad;
  }
}

TEST(query_reader, one_problem_is_the_detail_of_the_answer_and_several_are_counted) {
  const auto one = api::query_reader("x=1", known).refusal();
  EXPECT_EQ(one.status, 400);
  EXPECT_EQ(one.content_type, "application/problem+json");
  EXPECT_EQ(api::parse_json(one.body)->find("detail")->text,
            "The parameter x is not known here; these are: name, count.");
  const auto two = api::query_reader("x=1&y", known).refusal();
  const auto problem = api::parse_json(two.body);
  EXPECT_EQ(problem->find("detail")->text, "2 things are wrong with the parameters.");
  ASSERT_EQ(problem->find("errors")->items.size(), 2u);
  EXPECT_EQ(problem->find("errors")->items[1].find("parameter")->text, "y");
  EXPECT_EQ(problem->find("errors")->items[1].find("pointer"), nullptr);
}

}  // namespace
