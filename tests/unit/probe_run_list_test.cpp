#include "probe/discovery/run_list.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using probe::found_target;
using probe::shard;

probe::scenario_list scenarios(const std::string& text) {
  core::problems found;
  auto out = probe::parse_scenarios("dir/t.yaml", text, {}, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  return out;
}

const char* const plain = "name: plain\nsteps: [{name: a, http: {url: \"http://x/\"}}]\n";
const char* const many =
    "name: many\ntargets: {file_sd: [t.json], max: 3}\n"
    "steps: [{name: a, http: {url: \"${endpoint.base}/${target.base}\"}}]\n";

std::vector<found_target> numbered(int count) {
  std::vector<found_target> out;
  for (int i = 0; i < count; ++i) out.push_back({{"10.0.0." + std::to_string(i), 80}, "", {}});
  return out;
}

std::set<std::string> keys(const probe::run_list& list) {
  std::set<std::string> out;
  for (const auto& s : list.scenarios) out.insert(s->key());
  return out;
}

TEST(list_runs, a_scenario_runs_once_for_each_of_its_targets) {
  const auto list =
      list_runs(scenarios(std::string(plain) + "---\n" + many), {{"many", numbered(2)}}, {});
  EXPECT_EQ(keys(list), (std::set<std::string>{"plain", "many@10.0.0.0:80", "many@10.0.0.1:80"}));
  EXPECT_EQ(list.targets.at("many").active, 2u);
  EXPECT_FALSE(list.targets.contains("plain"));
}

TEST(list_runs, its_targets_share_what_is_heavy) {
  const auto read = scenarios(many);
  const auto list = list_runs(read, {{"many", numbered(2)}}, {});
  ASSERT_EQ(list.scenarios.size(), 2u);
  for (const auto& s : list.scenarios) {
    EXPECT_EQ(&s->steps[0], &read[0]->steps[0]);
    EXPECT_EQ(s->source, read[0]->source);
    EXPECT_FALSE(s->targets) << "a list of all targets in each of them";
  }
}

TEST(list_runs, without_targets_yet_it_does_not_run) {
  const auto list = list_runs(scenarios(many), {}, {});
  EXPECT_TRUE(list.scenarios.empty());
  EXPECT_EQ(list.targets.at("many").active, 0u);
}

TEST(list_runs, more_than_the_maximum_are_refused_in_the_order_of_their_names) {
  auto found = numbered(5);
  std::reverse(found.begin(), found.end());
  const auto list = list_runs(scenarios(many), {{"many", found}}, {});
  EXPECT_EQ(keys(list),
            (std::set<std::string>{"many@10.0.0.0:80", "many@10.0.0.1:80", "many@10.0.0.2:80"}));
  EXPECT_EQ(list.targets.at("many").refused, 2u);
}

TEST(list_runs, two_targets_of_one_name_are_one) {
  auto found = numbered(1);
  found.push_back({{"10.0.0.0", 80}, "", {{"zone", "b"}}});
  found.push_back({{"10.0.0.9", 80}, "10.0.0.0:80", {}});
  const auto list = list_runs(scenarios(many), {{"many", found}}, {});
  ASSERT_EQ(list.scenarios.size(), 1u);
  EXPECT_EQ(list.scenarios[0]->about.values.at("host"), "10.0.0.0");
  EXPECT_EQ(list.targets.at("many").refused, 0u);
}

TEST(list_runs, replicas_share_the_work_and_refuse_the_same) {
  const auto all = scenarios(std::string(plain) + "---\n" + many);
  std::multiset<std::string> together;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto list = list_runs(all, {{"many", numbered(5)}}, shard{i, 3});
    const auto mine = keys(list);
    together.insert(mine.begin(), mine.end());
    const auto& account = list.targets.at("many");
    EXPECT_EQ(account.active + account.elsewhere, 3u);
    EXPECT_EQ(account.refused, 2u);
  }
  EXPECT_EQ(together, (std::multiset<std::string>{"plain", "many@10.0.0.0:80", "many@10.0.0.1:80",
                                                  "many@10.0.0.2:80"}));
}

TEST(endpoint_of, tells_a_run_what_it_is_about) {
  const found_target target{
      {"::1", 8443}, "db-1", {{"zone", "a"}, {"host", "x"}, {"__scheme__", "https"}, {"__x", "y"}}};
  const auto got = probe::endpoint_of(target, probe::endpoint_scheme::http);
  EXPECT_EQ(got.name, "db-1");
  EXPECT_EQ(got.values, (std::map<std::string, std::string>{{"address", "[::1]:8443"},
                                                            {"base", "https://[::1]:8443"},
                                                            {"host", "::1"},
                                                            {"port", "8443"},
                                                            {"zone", "a"}}));
  const auto plain_one =
      probe::endpoint_of({{"h", 1}, "", {{"__scheme__", "gopher"}}}, probe::endpoint_scheme::http);
  EXPECT_EQ(plain_one.values.at("base"), "http://h:1");
  EXPECT_EQ(plain_one.name, "h:1");
}

TEST(run_values, know_the_endpoint_of_their_run) {
  core::random_source random(1);
  const probe::bindings constants;
  const auto about =
      probe::endpoint_of({{"h", 1}, "", {{"zone", "a b"}}}, probe::endpoint_scheme::http);
  const probe::run_values values(constants, random, &about);
  const auto render = [&](const char* text, const auto& lookup) {
    std::string why, missing;
    return probe::template_text::parse(text, why)->render(lookup, missing).value_or("-" + missing);
  };
  EXPECT_EQ(render("${endpoint.base} ${target.base} ${endpoint.zone}", values.plain()),
            "http://h:1 http://h:1 a b");
  EXPECT_EQ(render("${endpoint.nothing}", values.plain()), "-nothing");
  EXPECT_EQ(render("${endpoint.base}/x", values.for_url()), "http://h:1/x");
  EXPECT_EQ(render("${endpoint.base}/${endpoint.zone}", values.for_url()), "http://h:1/a%20b");
  const probe::run_values without(constants, random);
  EXPECT_EQ(render("${endpoint.base}", without.plain()), "-base");
}

}  // namespace
