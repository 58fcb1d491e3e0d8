// Load as it is written in a scenario, and what tells whether a reload changed one.
#include "probe/load/load_config.hpp"

#include <gtest/gtest.h>

#include "probe/format/scenario_reader.hpp"
#include "probe/load/load_text.hpp"

namespace {

using namespace std::chrono_literals;

probe::scenario_list read(const std::string& more, core::problems& found) {
  return probe::parse_scenarios(
      "t.yaml", "name: t\nsteps: [{name: a, http: {url: \"http://localhost/\"}}]\n" + more, {},
      found);
}

TEST(scenario_load, is_a_list_of_shapes_one_after_the_other_or_at_the_same_time) {
  core::problems found;
  const auto list = read(R"(load:
  - linear: {from: 1/s, to: 100/s, for: 60s}
  - constant: {rate: 100/s, for: 2m}
  - incremental: {from: 600/m, to: 50/s, steps: 5, each: 30s}
  - wave: {base: 10/s, peak: 200/s, period: 30s, spike: 2s, for: 5m}
  - sum:
      - constant: {rate: 5/s, for: 10s}
      - wave: {base: 0/s, peak: 10/s, period: 5s, for: 20s}
)",
                         found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  const auto written = probe::profile_of(list.at(0)->load);
  std::string why;
  const auto in_short = probe::profile_of(
      *probe::parse_load("linear:1/s..100/s:60s,constant:100/s:2m,incremental:600/m..50/s:5x30s,"
                         "wave:10/s..200/s:30s/2s:5m,constant:5/s:10s+wave:0/s..10/s:5s:20s",
                         why));
  EXPECT_EQ(written.length(), 1min + 2min + 150s + 5min + 20s);
  EXPECT_EQ(written.count(), in_short.count());
  for (std::uint64_t k = 0; k < written.count(); k += 97)
    EXPECT_EQ(written.start(k), in_short.start(k));
}

TEST(scenario_load, lets_more_run_at_a_time) {
  core::problems found;
  const auto plain = read("", found);
  EXPECT_EQ(plain.at(0)->most_running(false), 32);
  EXPECT_EQ(plain.at(0)->most_running(true), 10'000);
  EXPECT_EQ(read("max_running: 7\n", found).at(0)->most_running(true), 7);
}

struct broken {
  const char* name;
  const char* text;
  const char* said;
};
void PrintTo(const broken& b, std::ostream* out) {
  *out << b.name;
}

class broken_load : public testing::TestWithParam<broken> {};

TEST_P(broken_load, is_said_with_what_would_be_right) {
  core::problems found;
  read(GetParam().text, found);
  EXPECT_NE(found.to_string().find(GetParam().said), std::string::npos) << found.to_string();
}

INSTANTIATE_TEST_SUITE_P(
    scenario_load, broken_load,
    testing::Values(
        broken{
            "no_rate", "load: [{constant: {rate: 10, for: 1s}}]\n",
            "t.yaml:3:26: \"10\" is no rate (expected a rate of at most 1000000/s, such as 10/s"},
        broken{"no_shape", "load: [{}]\n", "no shape of load (expected one of constant, linear"},
        broken{"two_shapes",
               "load: [{constant: {rate: 1/s, for: 1s}, linear: {from: 1/s, to: 2/s, for: 1s}}]\n",
               "several shapes in one part"},
        broken{
            "shape_beside_sum",
            "load: [{constant: {rate: 1/s, for: 1s}, sum: [{constant: {rate: 1/s, for: 1s}}]}]\n",
            "several shapes in one part"},
        broken{"empty_part", "load: [{sum: [{}]}]\n", "no shape of load"},
        broken{"nothing", "load: [{constant: {rate: 0/s, for: 1s}}]\n", "the load starts nothing"},
        broken{"empty_list", "load: []\n", "the load starts nothing"},
        broken{"long_spike",
               "load: [{wave: {base: 1/s, peak: 2/s, period: 1s, spike: 2s, for: 9s}}]\n",
               "a spike that is longer than its period"},
        broken{"peak_below_base", "load: [{wave: {base: 3/s, peak: 2/s, period: 1s, for: 9s}}]\n",
               "a peak below the base"},
        broken{"steps", "load: [{incremental: {from: 1/s, to: 2/s, steps: 0, each: 1s}}]\n",
               "steps"},
        broken{"rate_is_a_list", "load: [{constant: {rate: [1/s], for: 1s}}]\n", "found a list"},
        broken{"unknown_key", "load: [{constant: {rate: 1/s, during: 1s}}]\n", "during"}),
    [](const auto& info) { return info.param.name; });

core::sha256_digest digest_of(const std::string& text) {
  core::problems found;
  const auto list = probe::parse_scenarios("t.yaml", text, {}, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  return list.at(0)->digest;
}

TEST(scenario_source, is_about_what_is_said_and_not_how) {
  const auto plain = digest_of("name: t\nsteps: [{name: a, http: {url: \"http://a/\"}}]\n");
  EXPECT_EQ(plain, digest_of("# a comment\nname: t\n\nsteps:\n  - name: a\n    http: {url: "
                             "\"http://a/\"}\n"));
  EXPECT_NE(plain, digest_of("name: t\nsteps: [{name: a, http: {url: \"http://b/\"}}]\n"));
  EXPECT_NE(plain, digest_of("name: t\nsteps: [{name: a, http: {url: \"http://a/\"}}, {name: b, "
                             "http: {url: \"http://a/\"}}]\n"));
}

TEST(scenario_source, is_the_text_of_its_own_document) {
  core::problems found;
  const std::string a = "# first\nname: a\nsteps: [{name: a, http: {url: \"http://a/\"}}]\n";
  const std::string b =
      "--- # second\nname: b\ndescription: |\n  ---\n   x\nsteps: [{name: a, http: {url: "
      "\"http://a/\"}}]\n";
  const std::string c = "---\n\nname: c\nsteps: [{name: a, http: {url: \"http://a/\"}}]";
  const auto list = probe::parse_scenarios("t.yaml", a + b + c, {}, found);
  ASSERT_EQ(list.size(), 3u) << found.to_string();
  EXPECT_EQ(list[0]->source_text(), a);
  EXPECT_EQ(list[1]->source_text(), b);
  EXPECT_EQ(list[2]->source_text(), c);
  const auto again = probe::parse_scenarios("t.yaml", list[1]->source_text(), {}, found);
  EXPECT_EQ(again.at(0)->digest, list[1]->digest);
}

// A reload that adds a scenario to a file changes none of the others.
TEST(scenario_source, of_one_document_does_not_change_with_another_in_its_file) {
  core::problems found;
  const std::string one = "name: a\nsteps: [{name: a, http: {url: \"http://a/\"}}]\n";
  const auto alone = probe::parse_scenarios("t.yaml", one, {}, found);
  const auto both = probe::parse_scenarios(
      "t.yaml", one + "---\nname: b\nsteps: [{name: a, http: {url: \"http://a/\"}}]\n", {}, found);
  EXPECT_EQ(alone.at(0)->digest, both.at(0)->digest);
  EXPECT_NE(both.at(0)->digest, both.at(1)->digest);
}

}  // namespace
