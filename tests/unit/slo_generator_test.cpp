#include "slo/rules/generated_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "slo/rules/rule_difference.hpp"
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
  const auto generated = slo::generate(objectives, {to});
  EXPECT_TRUE(generated.notes.empty());
  EXPECT_EQ(generated.files.size(), 8u);
  for (const auto& file : generated.files) {
    EXPECT_TRUE(read_all(file.path) == file.content)
        << file.path << " is not what remora-slo generates";
  }
}

TEST(generator, writes_rules_and_tests_that_find_each_other) {
  const folders f;
  const auto generated = slo::generate({slo::tests::example()}, {f.to});
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
  slo::write_generation(slo::generate({slo::tests::example()}, {f.to}), f.to);
  EXPECT_FALSE(fs::exists(f.root / "rules/old.rules.yaml"));
  EXPECT_TRUE(fs::exists(f.root / "rules/mine.yaml"));
  EXPECT_TRUE(fs::exists(f.root / "rules/web.rules.yaml"));
}

TEST(generator, says_whose_tests_do_not_begin_with_its_counters) {
  auto o = slo::tests::example();
  o.counters->part = o.counters->total;
  const auto generated = slo::generate({o}, {{"rules", "tests"}});
  EXPECT_EQ(generated.files.size(), 2u);
  EXPECT_THAT(generated.notes,
              testing::ElementsAre(testing::StartsWith("web: its unit tests begin at the sums")));
}

TEST(generator, the_same_specification_gives_the_same_bytes) {
  for (const auto format : {slo::rule_format::rules, slo::rule_format::prometheus_rule}) {
    for (const auto names : {slo::rule_names::remora, slo::rule_names::sloth}) {
      const slo::generation_options options{{"rules", "tests"}, format, names};
      const auto first = slo::generate({slo::tests::example()}, options);
      const auto second = slo::generate({slo::tests::example()}, options);
      ASSERT_EQ(first.files.size(), second.files.size());
      for (std::size_t i = 0; i < first.files.size(); ++i) {
        EXPECT_EQ(first.files[i].path, second.files[i].path);
        EXPECT_TRUE(first.files[i].content == second.files[i].content) << first.files[i].path;
      }
    }
  }
}

TEST(generator, what_is_as_it_should_be_is_not_written_again) {
  const folders f;
  const auto generated = slo::generate({slo::tests::example()}, {f.to});
  EXPECT_EQ(slo::write_generation(generated, f.to).written.size(), 2u);
  const auto again = slo::write_generation(generated, f.to);
  EXPECT_TRUE(again.written.empty());
  EXPECT_EQ(again.same.size(), 2u);
}

TEST(generator, resources_have_plain_rules_beside_their_tests) {
  const slo::generation_options options{
      {"rules", "tests"}, slo::rule_format::prometheus_rule, {}, {"", "shop", {}}};
  const auto generated = slo::generate({slo::tests::example()}, options);
  ASSERT_EQ(generated.files.size(), 3u);
  EXPECT_EQ(generated.files[0].path, "rules/web.rules.yaml");
  EXPECT_THAT(generated.files[0].content, testing::HasSubstr("\n  name: slo-web\n"));
  EXPECT_EQ(generated.files[1].path, "tests/web.rules.yaml");
  EXPECT_THAT(generated.files[1].content, testing::HasSubstr("\ngroups:\n"));
  EXPECT_THAT(generated.files[2].content, testing::HasSubstr("\n  - web.rules.yaml\n"));
}

TEST(generator, what_was_generated_is_read_back_in_every_format) {
  const auto o = slo::tests::example();
  for (const auto format : {slo::rule_format::rules, slo::rule_format::prometheus_rule}) {
    for (const auto names : {slo::rule_names::remora, slo::rule_names::sloth}) {
      const folders f;
      slo::write_generation(slo::generate({o}, {f.to, format, names}), f.to);
      write(f.root / "rules/mine.rules.yaml", "groups: [{name: mine, rules: []}]\n");
      core::problems found;
      const auto deployed = slo::read_generated(f.to.rules, found);
      EXPECT_EQ(found.to_string(), "");
      const auto difference = slo::compare(deployed, slo::generate_groups({o}, names));
      EXPECT_TRUE(difference.empty()) << slo::difference_text(difference);
    }
  }
}

TEST(generator, a_folder_that_is_not_there_has_no_rules) {
  core::problems found;
  EXPECT_TRUE(slo::read_generated("/nonexistent/rules", found).empty());
  EXPECT_TRUE(found.empty());
}

}  // namespace
