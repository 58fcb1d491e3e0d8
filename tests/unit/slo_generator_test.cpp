#include "slo/rules/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "slo/rules/rule_yaml.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// Two folders that are gone afterwards.
struct folders {
  fs::path root =
      fs::temp_directory_path() /
      ("remora-generator-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
       ::testing::UnitTest::GetInstance()->current_test_info()->name());
  slo::generation_folders to{(root / "rules").string(), (root / "tests").string()};
  folders() { fs::create_directories(root); }
  ~folders() { fs::remove_all(root); }
};

TEST(generator, what_is_committed_is_what_is_generated) {
  const fs::path source = REMORA_SOURCE_DIR;
  core::problems found;
  const auto objectives = slo::load_objectives({(source / "slo/objectives").string()}, found);
  const slo::generation_folders to{(source / "alerts/generated").string(),
                                   (source / "tests/rules/generated").string()};
  const auto generated = slo::generate(objectives, to);
  EXPECT_TRUE(generated.notes.empty());
  EXPECT_EQ(generated.files.size(), 8u);
  for (const auto& file : generated.files) {
    EXPECT_TRUE(read_all(file.path) == file.content)
        << file.path << " is not what remora-slo generates";
  }
}

TEST(generator, writes_rules_and_tests_that_find_each_other) {
  const folders f;
  const auto generated = slo::generate({slo::tests::example()}, f.to);
  slo::write_generation(generated, f.to);
  EXPECT_TRUE(fs::exists(f.root / "rules/web.rules.yaml"));
  EXPECT_THAT(read_all(f.root / "tests/web.test.yaml"),
              testing::HasSubstr("'../rules/web.rules.yaml'"));
}

TEST(generator, removes_only_what_it_generated_itself) {
  const folders f;
  slo::write_generation({}, f.to);
  write(f.root / "rules/old.rules.yaml", std::string(slo::generated_marker) + "\ngroups: []\n");
  write(f.root / "rules/mine.yaml", "groups: []\n");
  slo::write_generation(slo::generate({slo::tests::example()}, f.to), f.to);
  EXPECT_FALSE(fs::exists(f.root / "rules/old.rules.yaml"));
  EXPECT_TRUE(fs::exists(f.root / "rules/mine.yaml"));
  EXPECT_TRUE(fs::exists(f.root / "rules/web.rules.yaml"));
}

TEST(generator, says_which_slo_has_no_tests) {
  auto o = slo::tests::example();
  o.counters->part = o.counters->total;
  const auto generated = slo::generate({o}, {"rules", "tests"});
  EXPECT_EQ(generated.files.size(), 1u);
  EXPECT_THAT(generated.notes, testing::ElementsAre(testing::StartsWith("web: no unit tests")));
}

}  // namespace
