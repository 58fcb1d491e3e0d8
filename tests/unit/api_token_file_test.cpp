#include "api/http/token_file.hpp"

#include <gtest/gtest.h>

namespace {

// SHA-256 of "abc" and of "" (FIPS 180-4 examples).
const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(token_file, finds_a_token_by_its_digest_with_its_scopes) {
  core::problems found;
  const auto tokens = api::token_file::parse(
      "tokens", "# who may write\n\n" + abc + " write,read ops\n" + empty + " read nobody\n",
      found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(tokens.size(), 2u);
  EXPECT_TRUE(tokens.find("abc").allows(api::token_scope::write));
  EXPECT_TRUE(tokens.find("abc").allows(api::token_scope::read));
  EXPECT_FALSE(tokens.find("").allows(api::token_scope::write));
  EXPECT_FALSE(tokens.find("abd").known());
  EXPECT_FALSE(tokens.find(abc).known());  // the digest is not the token
}

struct bad_line {
  const char* name;
  std::string line;
};
class token_file_line : public ::testing::TestWithParam<bad_line> {};

TEST_P(token_file_line, is_a_problem_with_its_line_and_grants_nothing) {
  core::problems found;
  const auto tokens = api::token_file::parse("tokens", "#\n" + GetParam().line + "\n", found);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.list().front().line, 2);
  EXPECT_FALSE(tokens.find("abc").allows(api::token_scope::read));
}

INSTANTIATE_TEST_SUITE_P(
    bad, token_file_line,
    ::testing::Values(bad_line{"short_digest", abc.substr(1) + " read ops"},
                      bad_line{"digest_not_hex", "z" + abc.substr(1) + " read ops"},
                      bad_line{"no_scopes", abc}, bad_line{"unknown_scope", abc + " admin ops"},
                      bad_line{"empty_scope", abc + " read, ops"}),
    [](const auto& info) { return info.param.name; });

TEST(token_file, a_missing_name_is_a_problem) {
  core::problems found;
  api::token_file::parse("tokens", abc + " read", found);
  EXPECT_EQ(found.list().size(), 1u);
}

TEST(token_file, a_file_that_is_not_there_is_a_problem) {
  core::problems found;
  EXPECT_EQ(api::token_file::load("/nonexistent/tokens", found).size(), 0u);
  EXPECT_FALSE(found.empty());
}

}  // namespace
