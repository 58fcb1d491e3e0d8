#include "core/file_watch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/support/await.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class file_watch : public ::testing::Test {
 protected:
  std::string path(const char* name) const { return (folder / name).string(); }
  void write(const char* name, const std::string& text) { std::ofstream(path(name)) << text; }
  core::file_watch::handler into_told() {
    return [this](const std::vector<std::string>& changed) {
      ++times;
      told.insert(changed.begin(), changed.end());
    };
  }
  bool is_told(const char* name) {
    return tests::run(loop,
                      tests::holds(loop.worker(), [&] { return told.count(path(name)) > 0; }));
  }

  tests::loop loop;
  tests::temporary_directory folder;
  std::set<std::string> told;
  int times = 0;
};

TEST_F(file_watch, a_file_written_in_place_is_told_and_others_are_not) {
  write("a", "1");
  write("b", "1");
  const core::file_watch watch(loop.worker(), {path("a"), path("b")}, into_told());
  write("a", "two");
  EXPECT_TRUE(is_told("a"));
  EXPECT_EQ(told.count(path("b")), 0u);
}

TEST_F(file_watch, a_file_replaced_by_renaming_is_told) {
  write("a", "1");
  const core::file_watch watch(loop.worker(), {path("a")}, into_told());
  write("next", "2");
  fs::rename(folder / "next", folder / "a");
  EXPECT_TRUE(is_told("a"));
}

// As a mounted secret changes: the files are links through a link that is swapped.
TEST_F(file_watch, a_mounted_volume_whose_link_is_swapped_is_told) {
  for (const char* version : {"..1", "..2"}) {
    fs::create_directory(folder / version);
    std::ofstream(folder / version / "tls.crt") << "certificate of " << version;
  }
  fs::create_directory_symlink("..1", folder / "..data");
  fs::create_symlink("..data/tls.crt", folder / "tls.crt");
  const core::file_watch watch(loop.worker(), {path("tls.crt")}, into_told());
  fs::create_directory_symlink("..2", folder / "..data_tmp");
  fs::rename(folder / "..data_tmp", folder / "..data");
  fs::remove_all(folder / "..1");
  EXPECT_TRUE(is_told("tls.crt"));
}

TEST_F(file_watch, a_directory_that_is_replaced_is_watched_again) {
  fs::create_directory(folder / "d");
  write("d/a", "1");
  const core::file_watch watch(loop.worker(), {path("d/a")}, into_told());
  fs::rename(folder / "d", folder / "old");
  fs::create_directory(folder / "d");
  write("d/a", "two");
  EXPECT_TRUE(is_told("d/a"));
  told.clear();
  write("d/a", "three");
  EXPECT_TRUE(is_told("d/a"));
}

TEST_F(file_watch, a_file_in_a_directory_that_comes_later_is_told) {
  const core::file_watch watch(loop.worker(), {path("later/a")}, into_told());
  fs::create_directory(folder / "later");
  write("later/a", "1");
  EXPECT_TRUE(is_told("later/a"));
}

TEST_F(file_watch, a_file_that_is_gone_is_a_change_and_its_return_another) {
  write("a", "1");
  const core::file_watch watch(loop.worker(), {path("a")}, into_told());
  fs::remove(folder / "a");
  EXPECT_TRUE(is_told("a"));
  told.clear();
  write("a", "1");
  EXPECT_TRUE(is_told("a"));
}

TEST_F(file_watch, files_written_together_are_told_together) {
  write("a", "1");
  write("b", "1");
  const core::file_watch watch(loop.worker(), {path("a"), path("b")}, into_told(),
                               {.settle = 200ms});
  write("a", "two");
  write("b", "two");
  EXPECT_TRUE(is_told("a"));
  EXPECT_EQ(told.size(), 2u);
  EXPECT_EQ(times, 1);
}

TEST_F(file_watch, a_handler_may_end_the_watch) {
  write("a", "1");
  std::unique_ptr<core::file_watch> watch;
  const auto end = [&](const std::vector<std::string>&) {
    ++times;
    watch.reset();
  };
  watch = std::make_unique<core::file_watch>(loop.worker(), std::vector{path("a")}, end);
  write("a", "two");
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), [&] { return !watch; })));
  const core::file_watch another(loop.worker(), {path("a")}, into_told());
  write("a", "three");
  EXPECT_TRUE(is_told("a"));
  EXPECT_EQ(times, 2);  // the end, and the other watch
}

}  // namespace
