// What the page's charts, timelines and list of failures are made from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "slo/serve/chart_data.hpp"
#include "slo/serve/config.hpp"
#include "slo/serve/failures.hpp"
#include "slo/serve/probe_timeline.hpp"
#include "slo/serve/query_cache.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
namespace json = boost::json;

constexpr slo::unix_millis minute = 60'000;
constexpr slo::unix_millis now = 1'700'000'000'000;

/// A request of which only the query matters.
struct asking {
  core::request_head head;
  core::server_request request;

  explicit asking(std::string_view query)
      : request{"GET", "/", query, head, {}, core::deadline::never(), {}} {}
};

auto grid_of(std::string_view query) {
  return slo::read_grid(asking(query).request, 60 * minute, now);
}

TEST(chart_grid, without_parameters_is_what_is_usual_until_now) {
  const auto grid = grid_of("");
  ASSERT_TRUE(grid.has_value());
  EXPECT_EQ(grid->step, 15'000);
  EXPECT_EQ(grid->to % grid->step, 0);
  EXPECT_LE(now - grid->to, grid->step);
  EXPECT_EQ(grid->to - grid->from, 60 * minute);
  EXPECT_EQ(grid->size(), 241u);
}

TEST(chart_grid, everybody_who_asks_within_a_step_asks_for_the_same) {
  const auto one = slo::read_grid(asking("range=1d").request, minute, now);
  const auto other = slo::read_grid(asking("range=1d").request, minute, now + 999);
  ASSERT_TRUE(one.has_value() && other.has_value());
  EXPECT_EQ(one->to, other->to);
}

TEST(chart_grid, never_has_more_points_than_there_may_be) {
  for (const char* query : {"range=10m&points=1000", "range=400d&points=1000", "range=28d&points=2",
                            "range=1h", "at=0&range=1d"}) {
    const auto grid = grid_of(query);
    ASSERT_TRUE(grid.has_value()) << query;
    EXPECT_LE(grid->size(), 1001u) << query;
    EXPECT_GE(grid->from, 0) << query;
    EXPECT_GT(grid->step, 0) << query;
  }
}

TEST(chart_grid, says_everything_that_is_wrong_at_once) {
  const auto grid = grid_of("range=1s&points=many&at=noon");
  ASSERT_TRUE(grid.has_error());
  std::vector<std::string> parameters;
  for (const auto& p : grid.error()) parameters.push_back(p.parameter);
  EXPECT_THAT(parameters, ElementsAre("range", "at", "points"));
  EXPECT_THAT(grid.error().front().detail, HasSubstr("from 10m to 400d"));
}

slo::time_series recorded(const char* name, const char* window, std::vector<slo::sample> samples,
                          const char* group = "") {
  return {{{"__name__", name}, {"group", group}, {"window", window}}, std::move(samples)};
}

TEST(chart_data, has_a_value_or_null_at_every_instant) {
  const slo::time_grid grid{0, 2 * minute, minute};
  const auto out = json::parse(slo::chart_json(
      slo::tests::example(), grid,
      {recorded("slo:burn_rate:ratio", "1h",
                {{0, 1.5}, {minute, std::numeric_limits<double>::quiet_NaN()}, {2 * minute, 2}})}));
  EXPECT_EQ(json::serialize(out.at("times")), "[0,60,120]");
  const auto& series = out.at("series").as_array().at(0);
  EXPECT_EQ(series.at("metric").as_string(), "burn_rate");
  EXPECT_EQ(series.at("window").as_string(), "1h");
  EXPECT_EQ(json::serialize(series.at("values")), "[1.5E0,null,2]");
}

TEST(chart_data, of_several_groups_the_worst_counts) {
  const slo::time_grid grid{0, minute, minute};
  const auto out = json::parse(slo::chart_json(
      slo::tests::example(), grid,
      {recorded("slo:burn_rate:ratio", "1h", {{0, 1}}, "a"),
       recorded("slo:burn_rate:ratio", "1h", {{0, 3}}, "b"),
       recorded("slo:error_budget_remaining:ratio", "", {{0, 0.5}}, "a"),
       recorded("slo:error_budget_remaining:ratio", "", {{0, -0.25}, {minute, 1}}, "b")}));
  const auto& series = out.at("series").as_array();
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(json::serialize(series[0].at("values")), "[3,null]");
  EXPECT_EQ(json::serialize(series[1].at("values")), "[-2.5E-1,1]");
}

TEST(chart_data, the_query_names_the_objective_as_a_string) {
  auto o = slo::tests::example();
  o.id = "a\"b";
  EXPECT_THAT(slo::chart_query(o), HasSubstr(R"(slo_id="a\"b")"));
}

slo::time_series runs(const char* outcome, const char* where, std::vector<slo::sample> samples) {
  return {{{"outcome", outcome}, {"scenario", "shop"}, {"target", ""}, {"where", where}},
          std::move(samples)};
}

TEST(probe_timeline, a_step_with_runs_has_both_counts_and_one_without_has_none) {
  const slo::time_grid grid{0, 2 * minute, minute};
  const slo::time_series name{{{"scenario", "shop"}, {"target", ""}}, {{2 * minute, 55}}};
  const slo::time_series idle{{{"scenario", "idle"}, {"target", ""}}, {{2 * minute, 1}}};
  const auto out = json::parse(slo::probes_json(
      grid,
      {runs("passed", "", {{minute, 4}}), runs("failed", "app", {{minute, 1}, {2 * minute, 2}}),
       runs("failed", "dns", {{2 * minute, 1}})},
      {name, idle}));
  const auto& all = out.at("scenarios").as_array();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].at("scenario").as_string(), "idle");
  EXPECT_EQ(json::serialize(all[0].at("passed")), "[null,null,null]");
  EXPECT_EQ(json::serialize(all[1].at("passed")), "[null,4,0]");
  EXPECT_EQ(json::serialize(all[1].at("failed")), "[null,1,3]");
  EXPECT_EQ(json::serialize(all[1].at("where")), R"({"app":[null,1,2],"dns":[null,null,1]})");
}

constexpr const char* entry =
    R"({"id":"b1","scenario":"shop","intended":"2026-01-01T00:00:01.000Z","outcome":"failed",)"
    R"("duration_seconds":0.25,"trace_id":"0af7651916cd43dd8448eb211c80319c","step":"read",)"
    R"("where":"app","why":"status","detail":"500 <b>","bundle":"/failures/b1","steps":[]})";

std::string answer(const std::string& entries) {
  return "{\"failures\":[" + entries + "]}";
}

const core::base_url probe{false, {"probe", 9115}, ""};

TEST(failures, are_read_as_the_probe_tells_them) {
  const auto found = slo::parse_failures(answer(entry), probe);
  ASSERT_TRUE(found.has_value()) << found.error();
  const auto& f = found->front();
  EXPECT_EQ(f.scenario, "shop");
  EXPECT_EQ(f.where, "app");
  EXPECT_EQ(f.took, 0.25);
  EXPECT_EQ(f.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(f.bundle, "http://probe:9115/failures/b1");
}

TEST(failures, what_is_no_answer_of_a_probe_is_said_to_be_none) {
  for (const char* text : {"", "[]", "{}", R"({"failures":{}})", R"({"failures":[1]})",
                           R"({"failures":[{"id":"x"}]})", "{\"failures\":["}) {
    EXPECT_TRUE(slo::parse_failures(text, probe).has_error()) << text;
  }
  const auto whole = answer(entry);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(slo::parse_failures(std::string_view(whole).substr(0, size), probe).has_error());
  }
}

TEST(failures, a_trace_and_a_bundle_are_links_only_if_they_are_what_they_should_be) {
  auto text = answer(entry);
  text.replace(text.find("0af7"), 4, "javas");
  text.replace(text.find("/failures/b1"), 12, "javascript:1");
  const auto found = slo::parse_failures(text, probe);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->front().trace_id, "");
  EXPECT_EQ(found->front().bundle, "");
}

slo::probe_failure failed(const char* id, const char* scenario, const char* intended) {
  slo::probe_failure out;
  out.id = id;
  out.scenario = scenario;
  out.intended = intended;
  return out;
}

slo::failure_source source(std::vector<slo::probe_failure> failures, std::string problem = "") {
  return {"http://probe:9115", std::move(problem), std::move(failures)};
}

TEST(failures, of_all_probes_are_listed_newest_first) {
  const auto older = failed("1", "shop", "2026-01-01T00:00:01Z");
  auto newer = failed("2", "other", "2026-01-01T00:00:02Z");
  newer.trace_id = "0af7651916cd43dd8448eb211c80319c";
  const std::vector<slo::failure_source> sources{source({older}), source({newer}, "gone")};
  const auto all = json::parse(slo::failures_json(sources, "http://j/trace/{trace_id}?x", {}));
  EXPECT_EQ(all.at("probes").at(1).at("problem").as_string(), "gone");
  const auto& list = all.at("failures").as_array();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].at("trace_url").as_string(),
            "http://j/trace/0af7651916cd43dd8448eb211c80319c?x");
  EXPECT_TRUE(list[1].at("trace_url").is_null());
  const auto shop = json::parse(slo::failures_json(sources, "", {"shop", 50}));
  EXPECT_EQ(shop.at("failures").as_array().size(), 1u);
  const auto one = json::parse(slo::failures_json(sources, "", {"", 1}));
  EXPECT_EQ(one.at("failures").at(0).at("id").as_string(), "2");
}

TEST(trace_url, is_a_web_address_with_a_place_for_the_id) {
  EXPECT_EQ(slo::trace_url_problem(""), "");
  EXPECT_EQ(slo::trace_url_problem("https://j/trace/{trace_id}"), "");
  for (const char* text : {"javascript:{trace_id}", "http://j/trace", "http://j/ {trace_id}"}) {
    EXPECT_THAT(slo::trace_url_problem(text), HasSubstr("{trace_id}")) << text;
  }
}

TEST(query_cache, keeps_what_is_fresh_and_not_too_much) {
  slo::query_cache cache(10s, 2);
  const auto begin = core::now();
  cache.put("a", {"text/plain", "1"}, begin);
  cache.put("b", {"text/plain", "2"}, begin);
  ASSERT_TRUE(cache.find("a", begin + 9s));
  EXPECT_EQ(cache.find("a", begin + 9s)->body(), "1");
  EXPECT_FALSE(cache.find("a", begin + 10s));
  cache.put("b", {"text/plain", "3"}, begin);
  cache.put("c", {"text/plain", "4"}, begin);
  EXPECT_FALSE(cache.find("a", begin)) << "the oldest makes room";
  EXPECT_EQ(cache.find("b", begin)->body(), "3");
}

}  // namespace
