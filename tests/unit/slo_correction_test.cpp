#include "slo/evidence/correction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/file_io.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/evidence/composite.hpp"
#include "slo/evidence/correction_file.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/slo_reports.hpp"

namespace {

using namespace slo::tests;
using testing::HasSubstr;
constexpr slo::unix_millis minute = 60'000;

std::vector<slo::correction> read(const std::string& text, std::string& problems) {
  core::problems found;
  const auto document = core::document::parse("corrections.yaml", text, found);
  auto out = slo::read_corrections(document, {example(), walks()}, found);
  problems = found.to_string();
  return out;
}

TEST(corrections, are_read) {
  std::string problems;
  const auto all = read(R"(corrections:
  - kind: maintenance
    services: [shop]
    from: 2023-11-14T20:00:00Z
    to: 2023-11-14T21:00:00Z
    by: ana@example.org
    why: The database was upgraded.
  - kind: correction
    slos: [web]
    from: "1699999200"
    to: 2023-11-14T22:30:00Z
    forgive: 12
    by: ben
    why: A test was not marked.
)",
                        problems);
  EXPECT_EQ(problems, "");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].kind, slo::correction_kind::maintenance);
  EXPECT_EQ(all[0].from, *slo::parse_time("2023-11-14T20:00:00Z"));
  EXPECT_FALSE(all[0].forgive);
  EXPECT_EQ(all[0].line, 2);
  EXPECT_TRUE(all[0].concerns(walks()));
  EXPECT_EQ(all[1].from, report_time);
  EXPECT_EQ(*all[1].forgive, 12);
  EXPECT_TRUE(all[1].concerns(example()));
  EXPECT_FALSE(all[1].concerns(walks()));
}

TEST(corrections, every_problem_is_told_with_its_place) {
  std::string problems;
  read(R"(corrections:
  - kind: maintenance
    slos: [web, wbe]
    from: 2023-11-14T22:00:00Z
    to: 2023-11-14T23:00:00Z
    by: ana
    why: it was planned
  - kind: correction
    services: [shops]
    from: 2023-11-14T22:00:00Z
    to: 2023-11-14T23:00:00Z
    by: ana
    why: it was planned
)",
       problems);
  EXPECT_EQ(problems,
            "corrections.yaml:3:17: there is no SLO wbe (expected critical-path, web)\n"
            "corrections.yaml:9:16: no SLO is of the service shops (expected shop)\n");
  read(R"(corrections:
  - kind: holiday
    from: yesterday
    to: 2023-11-14T23:00:00Z
    by: ana
    reason: none
)",
       problems);
  EXPECT_THAT(problems, HasSubstr("corrections.yaml:2:11: "));
  EXPECT_THAT(problems, HasSubstr("corrections.yaml:6:5: "));
  EXPECT_THAT(problems, HasSubstr("why"));
  read(R"(corrections:
  - kind: correction
    from: yesterday
    to: tomorrow
    by: " "
    why: ""
)",
       problems);
  EXPECT_THAT(problems, HasSubstr("corrections.yaml:3:11: is no time: yesterday"));
  EXPECT_THAT(problems, HasSubstr("corrections.yaml:4:9: is no time: tomorrow"));
  EXPECT_THAT(problems, HasSubstr("by is empty"));
  EXPECT_THAT(problems, HasSubstr("why is empty"));
  EXPECT_THAT(problems, HasSubstr("it is not said what is corrected"));
}

TEST(corrections, a_window_that_ends_before_it_begins_is_a_problem) {
  std::string problems;
  read(R"(corrections:
  - kind: correction
    slos: [web]
    from: 2023-11-14T23:00:00Z
    to: 2023-11-14T22:00:00Z
    by: ana
    why: swapped
)",
       problems);
  EXPECT_EQ(problems,
            "corrections.yaml:5:9: the window ends before it begins (expected a time after "
            "2023-11-14T23:00:00Z)\n");
}

TEST(corrections, are_found_beside_the_files_and_must_not_forgive_twice) {
  const tests::temporary_directory folder;
  std::ofstream(folder / "corrections.yaml") << R"(corrections:
  - {kind: correction, slos: [web], from: "1000", to: "2000", by: a, why: b, forgive: 5}
  - {kind: correction, services: [shop], from: "1500", to: "2500", by: a, why: b}
  - {kind: maintenance, services: [shop], from: "2400", to: "2600", by: a, why: b}
)";
  core::problems found;
  const auto all = slo::load_corrections({(folder / "web.yaml").string(), folder.path().string()},
                                         {example()}, found);
  EXPECT_EQ(all.size(), 3u);  // once, although two paths lead to it
  ASSERT_EQ(found.list().size(), 1u);
  EXPECT_EQ(found.list()[0].line, 3);
  EXPECT_THAT(found.list()[0].what, HasSubstr("corrections.yaml:2 of the same SLO"));
}

TEST(corrections, every_key_is_documented) {
  const auto text = core::contents(std::string(REMORA_SOURCE_DIR) + "/docs/report.md");
  ASSERT_TRUE(text);
  for (const auto& row : core::table_of<slo::correction_entry>().rows) {
    EXPECT_THAT(*text, HasSubstr("`" + row.name + "`"));
  }
}

slo::correction window(slo::unix_millis from, slo::unix_millis to,
                       std::optional<std::int64_t> forgive = std::nullopt) {
  auto c = maintenance(from, to);
  c.forgive = forgive;
  return c;
}

TEST(corrections, overlapping_exclusions_are_taken_out_once) {
  const std::vector<slo::correction> all{window(0, 10 * minute), window(5 * minute, 20 * minute),
                                         window(40 * minute, 50 * minute, 3),
                                         window(90 * minute, 95 * minute)};
  const auto windows = slo::windows_of(example(), all, 2 * minute, 60 * minute);
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_EQ(windows[0].from, 2 * minute);
  EXPECT_EQ(windows[0].to, 10 * minute);
  EXPECT_EQ(windows[1].from, 10 * minute);
  EXPECT_EQ(windows[1].to, 20 * minute);
  EXPECT_EQ(windows[2].what->forgive, 3);
}

TEST(corrections, exclude_a_window_or_forgive_no_more_than_there_was) {
  const auto seen = counted_evidence(1000, 100, 0);
  const std::vector<slo::correction> all{window(seen.from, seen.from + minute),
                                         window(seen.from + minute, seen.from + 2 * minute, 50)};
  const auto windows = slo::windows_of(example(), all, seen.from, seen.to);
  const auto n =
      slo::correct(seen, windows, {counted_evidence(200, 60, 0), counted_evidence(100, 20, 0)});
  EXPECT_EQ(n.used, (slo::tally{800, 20}));
  EXPECT_EQ(n.applied[0].taken, (slo::tally{200, 60}));
  EXPECT_EQ(n.applied[1].taken, (slo::tally{0, 20}));
  EXPECT_NEAR(*slo::budget_left(example(), n), 1 - 20.0 / 800 / 0.01, 1e-9);
  EXPECT_FALSE(n.covers_now);
}

TEST(corrections, what_could_not_be_looked_up_changes_nothing_and_says_so) {
  const auto seen = counted_evidence(1000, 100, 0);
  const std::vector<slo::correction> all{window(seen.from, seen.from + minute)};
  const auto windows = slo::windows_of(example(), all, seen.from, seen.to);
  auto nothing = counted_evidence(0, 0, 0);
  nothing.problem = "no data: it is gone";
  const auto n = slo::correct(seen, windows, {nothing});
  EXPECT_EQ(n.used, (slo::tally{1000, 100}));
  EXPECT_EQ(n.applied[0].problem, "no data: it is gone");
}

TEST(corrections, an_excluded_now_is_not_burning) {
  auto burning = counted_evidence(100000, 1, 0);
  burning.recent = {100, 50};
  auto r = slo::make_report({example()}, {burning}, "http://p", report_time);
  EXPECT_EQ(r.slos[0].state(), slo::budget_state::burning);
  static const std::vector<slo::correction> all{
      window(report_time - 10 * minute, report_time + minute)};
  const auto windows = slo::windows_of(example(), all, burning.from, burning.to);
  slo::report_extras extras;
  extras.corrected = {slo::correct(burning, windows, {counted_evidence(100, 1, 0)})};
  slo::complete(r, std::move(extras));
  EXPECT_EQ(r.slos[0].state(), slo::budget_state::ok);
}

TEST(corrections, a_composite_has_those_of_its_members) {
  const auto web = example(), path = walks();
  const auto a = counted_evidence(1000, 10, 0), b = counted_evidence(100, 2, 0);
  slo::corrected_numbers n;
  n.used = {1000, 0};
  n.applied.push_back({maintenance(0, 1), 0, 1, {0, 10}, {}});
  const auto composite = slo::composite_evidence(composed(), {{&web, &a}, {&path, &b}});
  const auto corrected =
      slo::correct_composite(composed(), composite, {{&web, &a}, {&path, &b}}, {&n, nullptr});
  ASSERT_TRUE(corrected);
  EXPECT_NEAR(*slo::burn_rate(composed(), *corrected), 2, 1e-9);
  EXPECT_EQ(corrected->applied.size(), 1u);
  EXPECT_FALSE(
      slo::correct_composite(composed(), composite, {{&web, &a}, {&path, &b}}, {nullptr, nullptr}));
}

}  // namespace
