#include "api/http/token_watch.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/log.hpp"
#include "tests/support/await.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

namespace fs = std::filesystem;

// The SHA-256 of "abc" and of "bar".
const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string bar = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9";

class token_watch : public ::testing::Test {
 protected:
  token_watch() {
    write(abc + " read ops\n");
    core::problems found;
    tokens = api::token_file::load(path(), found);
  }

  std::string path() const { return (folder / "tokens").string(); }
  /// As a mounted secret is replaced: whole, under the same name.
  void write(const std::string& text) {
    const fs::path next = folder / "next";
    std::ofstream(next) << text;
    fs::rename(next, path());
  }
  bool may_read(const char* token) { return tokens.find(token).allows(api::token_scope::read); }
  bool may_write(const char* token) { return tokens.find(token).allows(api::token_scope::write); }
  core::file_watch watch() { return api::watch_tokens(loop.worker(), tokens, path()); }
  bool comes_true(std::function<bool()> condition) {
    return tests::run(loop, tests::holds(loop.worker(), std::move(condition)));
  }

  tests::loop loop;
  core::logger log{"test", core::log_level::error};
  tests::temporary_directory folder;
  api::token_file tokens;
};

TEST_F(token_watch, reading_again_takes_what_is_there_now) {
  write(bar + " write,read ops\n");
  api::reload_tokens(tokens, path(), log);
  EXPECT_FALSE(may_read("abc"));
  EXPECT_TRUE(may_write("bar"));
}

TEST_F(token_watch, reading_a_bad_file_leaves_the_tokens_as_they_were) {
  for (const char* bad : {"nonsense\n", "ba78 read ops\n"}) {
    write(bar + " write ops\n" + bad);
    api::reload_tokens(tokens, path(), log);
    EXPECT_TRUE(may_read("abc")) << bad;
    EXPECT_FALSE(may_write("bar")) << bad;
  }
  fs::remove(path());
  api::reload_tokens(tokens, path(), log);
  EXPECT_TRUE(may_read("abc"));
}

TEST_F(token_watch, an_empty_file_lets_nobody_in) {
  write("# nobody\n");
  api::reload_tokens(tokens, path(), log);
  EXPECT_EQ(tokens.size(), 0u);
}

TEST_F(token_watch, a_file_that_was_changed_is_read_by_itself) {
  const auto watched = watch();
  write(bar + " write ops\n");
  EXPECT_TRUE(comes_true([this] { return may_write("bar"); }));
  EXPECT_FALSE(may_read("abc"));
  write(abc + " write ops\n");
  EXPECT_TRUE(comes_true([this] { return may_write("abc"); }));
}

TEST_F(token_watch, a_bad_file_is_passed_over_and_the_next_good_one_is_read) {
  const auto watched = watch();
  write("nonsense\n");
  api::reload_tokens(tokens, path(), log);  // what the watch would do with it
  EXPECT_TRUE(may_read("abc"));
  write(abc + " read ops\n" + bar + " write ops\n");
  EXPECT_TRUE(comes_true([this] { return may_write("bar"); }));
  EXPECT_TRUE(may_read("abc"));
}

TEST_F(token_watch, a_file_that_is_gone_for_a_while_is_read_when_it_is_back) {
  const auto watched = watch();
  fs::remove(path());
  write(bar + " write ops\n");
  EXPECT_TRUE(comes_true([this] { return may_write("bar"); }));
}

}  // namespace
