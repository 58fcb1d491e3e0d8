#include "api/scores/score_client.hpp"

#include <gtest/gtest.h>

#include "api/http/answers.hpp"

namespace {

using texts = std::vector<std::string>;
const texts isins{"A", "B", "C"};

std::string pointing_to(const texts& pointers) {
  std::string errors;
  for (const auto& pointer : pointers)
    errors += (errors.empty() ? "{\"pointer\":\"" : ",{\"pointer\":\"") + pointer + "\"}";
  return "{\"status\":422,\"errors\":[" + errors + "]}";
}

TEST(unknown_isins, are_those_of_the_rows_that_the_errors_point_to) {
  EXPECT_EQ(api::unknown_isins(pointing_to({"/items/2/isin", "/items/0/isin"}), isins),
            (texts{"C", "A"}));
  EXPECT_EQ(api::unknown_isins(pointing_to({}), isins), texts{});
}

TEST(unknown_isins, are_read_from_what_the_scores_api_really_answers) {
  const auto answer = api::refused_json({{"is the ISIN of no security", "/items/1/isin", false}});
  EXPECT_EQ(api::unknown_isins(answer.body, isins), texts{"B"});
}

TEST(unknown_isins, other_errors_and_rows_that_were_not_sent_are_passed_over) {
  EXPECT_EQ(
      api::unknown_isins(pointing_to({"/items/3/isin", "/items/0/value", "/items/0", "/items//isin",
                                      "/items/x/isin", "/items/-1/isin", "/items/0/isin/x", "/isin",
                                      "", "/items/isin", "/items/99999999999999999999/isin"}),
                         isins),
      texts{});
}

TEST(unknown_isins, there_are_none_in_what_is_no_such_problem) {
  for (const char* text : {"", "{}", "[]", "<html>", R"({"errors":1})", R"({"errors":[1,{}]})",
                           R"({"errors":[{"pointer":1}]})"})
    EXPECT_EQ(api::unknown_isins(text, isins), texts{}) << text;
}

}  // namespace
