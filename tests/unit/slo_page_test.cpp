#include "slo/serve/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "slo/serve/web_assets.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

slo::page_state state_with(slo::objective o, std::int64_t events, std::int64_t bad) {
  slo::evidence e;
  e.counts = {events, bad};
  return {slo::make_report({std::move(o)}, {e}, "http://p:9090", 1'700'000'000'000), ""};
}

json::object parsed(const std::string& text) {
  return json::parse(text).as_object();
}

TEST(page, the_list_has_each_objective_with_its_state) {
  const auto all = parsed(slo::slos_json(state_with(example(), 1000, 5), 5));
  EXPECT_EQ(all.at("at").as_string(), "2023-11-14T22:13:20Z");
  EXPECT_FALSE(all.at("stale").as_bool());
  EXPECT_EQ(all.at("refresh_seconds").to_number<double>(), 5);
  const auto& one = all.at("slos").as_array().at(0).as_object();
  EXPECT_EQ(one.at("id").as_string(), "web");
  EXPECT_EQ(one.at("state").as_string(), "ok");
  EXPECT_EQ(one.at("events").as_int64(), 1000);
}

TEST(page, what_was_good_is_not_known_to_be_good_when_the_numbers_are_old) {
  auto state = state_with(example(), 1000, 5);
  state.problem = "refused";
  const auto all = parsed(slo::slos_json(state, 5));
  EXPECT_TRUE(all.at("stale").as_bool());
  EXPECT_EQ(all.at("problem").as_string(), "refused");
  const auto& one = all.at("slos").as_array().at(0).as_object();
  EXPECT_EQ(one.at("state").as_string(), "no_data");
  EXPECT_THAT(std::string(one.at("problem").as_string()), HasSubstr("2023-11-14T22:13:20Z"));
  EXPECT_EQ(state.last->slos.front().state(), slo::budget_state::ok) << "the report itself stays";
}

TEST(page, one_objective_says_what_its_alerts_fire_at) {
  const auto one = parsed(slo::slo_json(state_with(example(), 1000, 5), "web"));
  EXPECT_EQ(one.at("slo").as_object().at("id").as_string(), "web");
  EXPECT_TRUE(one.at("scenario").is_null());
  const auto& page = one.at("alerts").as_array().at(0).as_object();
  EXPECT_EQ(page.at("severity").as_string(), "critical");
  EXPECT_EQ(page.at("factor").to_number<double>(), 13.44);
  EXPECT_EQ(page.at("long_minutes").as_int64(), 60);
  EXPECT_EQ(slo::slo_json(state_with(example(), 1000, 5), "other"), "");
}

TEST(page, an_objective_over_a_probes_runs_names_the_scenario) {
  auto o = example();
  slo::tests::measure(
      o, slo::tests::ratio(R"(remora_probe_runs_total{scenario="shop",outcome="passed"})",
                           R"(remora_probe_runs_total{scenario="shop"})"));
  const auto one = parsed(slo::slo_json(state_with(o, 10, 0), "web"));
  EXPECT_EQ(one.at("scenario").as_string(), "shop");
}

TEST(page, without_scripts_it_is_a_table) {
  const auto html = slo::plain_html(state_with(example(), 1000, 30));
  EXPECT_THAT(html, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(html, HasSubstr(R"(<tr class="spent"><th scope="row">The shop answers)"));
  EXPECT_THAT(html, HasSubstr("<td>-200.0 %</td>"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
}

TEST(page, what_people_wrote_is_text) {
  auto o = example();
  o.display_name = "<script>alert(1)</script> & \"x\"";
  const auto html = slo::plain_html(state_with(o, 1, 0));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"));
}

TEST(page, old_numbers_are_shown_as_such) {
  auto state = state_with(example(), 1000, 5);
  state.problem = "refused";
  const auto html = slo::plain_html(state);
  EXPECT_THAT(
      html,
      HasSubstr("Prometheus does not answer: refused. The numbers are of 2023-11-14T22:13:20Z."));
  EXPECT_THAT(html, HasSubstr("<tr class=\"no_data\">"));
  EXPECT_THAT(slo::plain_html({std::nullopt, "refused"}), HasSubstr("There are no numbers yet."));
}

TEST(page, its_files_ask_nothing_of_others_and_have_nothing_inline) {
  for (const auto& asset : {slo::web::page_html(), slo::web::plain_html()}) {
    const std::string html(asset.content);
    EXPECT_THAT(html, Not(testing::ContainsRegex("(src|href)=\"(https?:)?//"))) << asset.name;
    EXPECT_THAT(html, Not(testing::ContainsRegex("<style|style=|<script>| on[a-z]+=")))
        << asset.name;
  }
}

}  // namespace
