#include "slo/simulate/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <boost/json.hpp>

#include "slo/simulate/closed_form.hpp"
#include "slo/simulate/event_source.hpp"
#include "slo/simulate/poisson.hpp"
#include "slo/simulate/steady_errors.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::HasSubstr;
using testing::Not;

constexpr long hour = 60;
constexpr long day = 24 * hour;
constexpr double rate = 6000;  // a minute: fine enough that no whole event moves a minute

slo::scenario sudden(double error, long history, long duration) {
  slo::scenario out;
  out.name = "sudden";
  out.rate = rate;
  out.history = history;
  out.duration = duration;
  out.course = [error](core::random_source&) -> slo::error_course {
    return [error](long) { return error; };
  };
  return out;
}

slo::alert_condition above(double threshold, long window, std::optional<long> short_window = {}) {
  slo::alert_condition c;
  c.threshold = *slo::decimal::parse(std::to_string(threshold));
  c.long_minutes = window;
  c.short_minutes = short_window;
  return c;
}

slo::incident run(const slo::objective& o, const slo::scenario& what,
                  const std::vector<slo::alert_condition>& conditions) {
  slo::objective_history history(o, {o});
  return run_incident(what, conditions, o.period_minutes(), 1, history);
}

/// The first minute at which a continuous quantity that passes the threshold at `minutes` is above.
long first_minute_after(double minutes) {
  return static_cast<long>(std::floor(minutes + 1e-9)) + 1;
}

struct steady {
  const char* name;
  const char* target;
  double factor;
  long window;
  double error;
  long history;
};
std::ostream& operator<<(std::ostream& out, const steady& s) {
  return out << s.name;
}

class closed_forms : public testing::TestWithParam<steady> {};

TEST_P(closed_forms, detection_and_budget_are_those_of_the_simulation) {
  const auto& s = GetParam();
  const auto o = example(s.target);
  const double budget = o.budget().to_double();
  const auto minutes = slo::minutes_to_detection({s.error, budget, static_cast<double>(s.history)},
                                                 s.factor, static_cast<double>(s.window));
  const auto seen =
      run(o, sudden(s.error, s.history, 4 * day), {above(s.factor, s.window)}).alerts.front();
  ASSERT_TRUE(minutes);
  ASSERT_TRUE(seen.fired);
  EXPECT_EQ(*seen.fired, first_minute_after(*minutes));
  if (s.history < s.window) return;
  // A minute is the grain: up to a minute of errors more than at the very instant.
  const double exact = slo::budget_at_detection(s.factor, static_cast<double>(s.window),
                                                static_cast<double>(o.period_minutes()));
  const double a_minute = s.error / budget / static_cast<double>(o.period_minutes());
  EXPECT_GE(seen.budget_spent, exact * 0.9999);
  EXPECT_LE(seen.budget_spent, exact + a_minute);
}

INSTANTIATE_TEST_SUITE_P(
    steady, closed_forms,
    testing::Values(steady{"page_of_an_outage", "0.999", 13.44, hour, 1, 3 * day},
                    steady{"page_of_five_percent", "0.999", 13.44, hour, 0.05, 3 * day},
                    steady{"slow_page", "0.99", 5.6, 6 * hour, 0.2, 3 * day},
                    steady{"ticket_of_a_day", "0.99", 2.8, day, 0.05, 3 * day},
                    steady{"ticket_of_three_days", "0.99", 1, 3 * day, 0.02, 3 * day},
                    steady{"barely_enough", "0.99", 1, 3 * day, 0.0101, 3 * day},
                    steady{"half_an_hour_of_history", "0.99", 13.44, hour, 0.2, 30},
                    steady{"ten_minutes_of_history", "0.995", 5.6, 6 * hour, 0.1, 10},
                    steady{"a_day_of_history", "0.99", 1, 3 * day, 0.0268, day},
                    steady{"history_that_fills_the_window_in_time", "0.99", 13.44, hour, 0.2, 21}),
    [](const auto& info) { return info.param.name; });

TEST(closed_form, too_few_errors_are_never_detected) {
  EXPECT_FALSE(slo::minutes_to_detection({0.1, 0.01, 1e6}, 13.44, 60));
  const auto seen = run(example(), sudden(0.1, 3 * day, day), {above(13.44, hour)});
  EXPECT_FALSE(seen.alerts.front().fired);
}

TEST(closed_form, both_histories_meet_where_the_window_is_just_full) {
  // 13.44 * 0.01 * 60 / 0.2 = 40.32 minutes: with 19.68 before them an hour is full.
  const slo::steady_failure less{0.2, 0.01, 19.6799};
  const slo::steady_failure more{0.2, 0.01, 19.6801};
  EXPECT_NEAR(*slo::minutes_to_detection(less, 13.44, 60),
              *slo::minutes_to_detection(more, 13.44, 60), 1e-2);
}

TEST(closed_form, the_short_window_resolves) {
  for (const double error : {1.0, 0.3, 0.15}) {
    const double minutes = slo::minutes_to_resolution({error, 0.01, 0}, 13.44, 5);
    const auto seen = run(example(), sudden(error, 3 * day, 3 * hour), {above(13.44, hour, 5)});
    ASSERT_TRUE(seen.alerts.front().resolved);
    EXPECT_EQ(*seen.alerts.front().resolved, static_cast<long>(std::ceil(minutes - 1e-9)));
  }
}

TEST(incident, a_hold_delays_and_an_interval_rounds_up) {
  auto held = above(13.44, hour);
  held.hold_minutes = 7;
  auto paced = above(13.44, hour);
  paced.every_minutes = 5;
  const auto seen =
      run(example(), sudden(1, 3 * day, hour), {above(13.44, hour), held, paced}).alerts;
  EXPECT_EQ(seen[0].fired, 9);
  EXPECT_EQ(seen[1].fired, 16);
  EXPECT_EQ(seen[2].fired, 10);
}

TEST(incident, coverage_keeps_the_first_minutes_silent) {
  auto guarded = above(13.44, hour);
  guarded.least_coverage = 0.1;
  const auto seen = run(example(), sudden(1, 0, hour), {above(13.44, hour), guarded}).alerts;
  EXPECT_EQ(seen[0].fired, 1);
  EXPECT_EQ(seen[1].fired, 6);
}

TEST(incident, an_alert_that_comes_and_goes_is_counted_each_time) {
  auto what = sudden(1, 3 * day, 2 * hour);
  what.course = [](core::random_source&) -> slo::error_course {
    return [](long minute) { return (minute - 1) % 30 < 10 ? 1.0 : 0.0; };
  };
  const auto seen = run(example(), what, {above(13.44, hour, 5)}).alerts.front();
  EXPECT_EQ(seen.times, 4);
  EXPECT_EQ(seen.resolved, 0);
}

TEST(incident, a_slice_is_seen_when_it_ends) {
  auto o = example();
  o.slices = slo::time_slices{5, *slo::decimal::parse("0.95")};
  // 1 % of the slices of an hour and 13.44 times that: the second bad one of twelve.
  const auto seen = run(o, sudden(0.06, 3 * day, 2 * hour), {above(13.44, hour)}).alerts.front();
  EXPECT_EQ(seen.fired, 10);
  EXPECT_FALSE(run(o, sudden(0.05, 3 * day, 2 * hour), {above(13.44, hour)}).alerts.front().fired);
}

TEST(incident, the_same_seed_gives_the_same_run) {
  auto what = sudden(0.5, day, hour);
  what.arrive = slo::arrivals::by_chance;
  what.rate = 0.5;
  const auto o = example();
  slo::objective_history history(o, {});
  const auto once = [&](std::uint64_t seed) {
    (void)run_incident(what, {}, o.period_minutes(), seed, history);
    return history.members().front().second.bad();
  };
  EXPECT_EQ(once(7), once(7));
  EXPECT_NE(once(7), once(8));
}

TEST(event_source, even_arrivals_lose_no_event) {
  core::random_source random(1);
  slo::event_source source(slo::arrivals::even, random);
  std::int64_t all = 0;
  std::int64_t bad = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto now = source.next(0.1, 0.25);
    EXPECT_LE(now.bad, now.all);
    all += now.all;
    bad += now.bad;
  }
  EXPECT_EQ(all, 100);
  EXPECT_EQ(bad, 25);
}

class poisson_means : public testing::TestWithParam<double> {};

TEST_P(poisson_means, mean_variance_and_none_at_all_are_those_of_the_distribution) {
  const double mean = GetParam();
  const slo::poisson_table table(mean);
  core::random_source random(42);
  constexpr int draws = 200'000;
  double sum = 0;
  double squares = 0;
  int none = 0;
  for (int i = 0; i < draws; ++i) {
    const auto drawn = static_cast<double>(table.draw(random));
    sum += drawn;
    squares += (drawn - mean) * (drawn - mean);
    none += drawn == 0 ? 1 : 0;
  }
  const double error = std::sqrt(mean / draws);
  EXPECT_NEAR(sum / draws, mean, 4 * error);
  // The variance of (x - m)^2 is m + 2 m^2.
  EXPECT_NEAR(squares / draws, mean, 4 * std::sqrt((mean + 2 * mean * mean) / draws));
  const double zero = std::exp(-mean);
  EXPECT_NEAR(none / double{draws}, zero, 4 * std::sqrt(zero * (1 - zero) / draws) + 1e-9);
}

INSTANTIATE_TEST_SUITE_P(means, poisson_means, testing::Values(0.001, 0.5, 3.7, 60, 12345.6),
                         [](const auto& info) {
                           return "of_" + std::to_string(std::lround(info.param * 1000)) +
                                  "_thousandths";
                         });

TEST(poisson_chances, are_those_of_the_formula) {
  const auto chances = slo::poisson_chances(3).chances;
  EXPECT_NEAR(chances[0], std::exp(-3), 1e-15);
  EXPECT_NEAR(chances[5], std::exp(-3) * 243 / 120, 1e-15);
}

TEST(false_alerts, a_single_failure_is_one_where_traffic_is_thin_and_nothing_guards) {
  constexpr int months = 60;
  // Two events a day: never two in one window, so each failure is an alert, and nothing else is.
  const auto o = example();
  slo::objective_history history(o, {});
  const slo::steady_errors thin{2.0 / day, 0.05, months};
  const auto alone = above(13.44, 5);
  const auto seen = count_false_alerts(thin, {alone}, 3, history).front();
  const double expected = 0.05 * 2 * 30 * months;
  EXPECT_NEAR(static_cast<double>(seen.times), expected, 4 * std::sqrt(expected) + 0.02 * expected);
  EXPECT_NEAR(seen.firing, static_cast<double>(seen.times) * 5 / (months * 30.0 * day),
              0.02 * seen.firing);

  auto guarded = alone;
  guarded.least_bad_events = 2;
  EXPECT_LE(count_false_alerts(thin, {guarded}, 3, history).front().times, expected * 0.01);
}

TEST(false_alerts, much_traffic_at_half_the_budget_is_silent) {
  const auto o = example();
  slo::objective_history history(o, {});
  const auto seen = count_false_alerts({10000, 0.005, 3}, alert_conditions(o), 1, history);
  for (const auto& alert : seen) EXPECT_EQ(alert.times, 0);
}

TEST(steady_errors, slices_burn_as_wanted_in_the_long_run) {
  auto o = example();
  o.slices = slo::time_slices{5, *slo::decimal::parse("0.95")};
  for (const double traffic : {0.5, 10.0, 500.0}) {
    const double error = steady_error(o, {o}, traffic, 1);
    slo::objective_history history(o, {});
    constexpr int months = 12;
    (void)count_false_alerts({traffic, error, months}, {above(1, hour)}, 5, history);
    const double slices = months * slo::month_minutes / 5.0;
    const double nonempty = slices * (1 - std::exp(-traffic * 5));
    EXPECT_NEAR(history.members().front().second.spent(60, history.minutes()) / nonempty, 0.01,
                4 * std::sqrt(0.01 / nonempty))
        << traffic;
  }
}

TEST(steady_errors, a_composites_budget_is_that_of_all_failing_alike) {
  auto strict = example("0.999");
  strict.id = "strict";
  auto loose = example("0.99");
  loose.id = "loose";
  slo::objective whole;
  whole.members = {{"strict", slo::decimal(1, 0)}, {"loose", slo::decimal(2, 0)}};
  EXPECT_DOUBLE_EQ(event_budget(whole, {strict, loose}), 1.0 / 1200);
}

TEST(fireability, a_threshold_beyond_everything_failing_is_never_met) {
  EXPECT_THAT(fireability_of(above(13.44, hour), 0.1).never, HasSubstr("it is 10"));
  EXPECT_EQ(fireability_of(above(9, hour), 0.1).never, "");
  auto at = above(10, hour);
  EXPECT_NE(fireability_of(at, 0.1).never, "");
  at.op = slo::comparison::gte;
  EXPECT_EQ(fireability_of(at, 0.1).never, "");
}

TEST(fireability, a_condition_that_holds_without_failures_is_named) {
  auto low = above(0.5, hour);
  low.op = slo::comparison::lt;
  EXPECT_NE(fireability_of(low, 0.1).always, "");
  EXPECT_EQ(fireability_of(above(0.5, hour), 0.1).always, "");
}

TEST(fireability, a_guard_is_blind_below_its_traffic) {
  auto c = above(13.44, hour);
  c.least_bad_events = 6;
  EXPECT_DOUBLE_EQ(fireability_of(c, 0.01).blind_below, 0.1);
}

slo::simulation_settings brief(std::vector<std::string> scenarios = {}) {
  slo::simulation_settings out;
  out.traffic = {1};
  out.months = 1;
  out.scenarios = std::move(scenarios);
  return out;
}

TEST(simulate, a_scenarios_numbers_do_not_depend_on_what_else_is_simulated) {
  auto other = example();
  other.id = "another";
  const auto alone = simulate({example()}, brief({"intermittent"}));
  const auto among = simulate({other, example()}, brief());
  for (const auto& [result, closed_form] : among.back().scenarios) {
    if (result.what.name != "intermittent") continue;
    EXPECT_EQ(result.budget_spent, alone.front().scenarios.front().result.budget_spent);
  }
}

TEST(simulate, every_kind_of_scenario_is_there) {
  std::set<std::string> seen;
  const auto simulated = simulate({example()}, brief()).front();
  for (const auto& s : simulated.scenarios) {
    seen.insert(s.result.what.name);
  }
  const auto names = slo::scenario_names();
  EXPECT_EQ(seen, std::set<std::string>(names.begin(), names.end()));
}

TEST(simulate, sudden_failures_agree_with_their_closed_forms) {
  const auto simulated = simulate({example("0.999")}, brief({"sudden", "young"})).front();
  int compared = 0;
  for (const auto& [result, closed_form] : simulated.scenarios) {
    for (std::size_t i = 0; i < closed_form.size(); ++i) {
      const auto& c = simulated.alerts[i].condition;
      if (!closed_form[i] || !result.alerts[i].median_minutes) continue;
      EXPECT_NEAR(static_cast<double>(*result.alerts[i].median_minutes), *closed_form[i],
                  1 + c.every_minutes + 60.0 * c.over_period)
          << result.what.what << ", " << simulated.alerts[i].title;
      ++compared;
    }
  }
  EXPECT_GT(compared, 10);
}

TEST(simulate, what_has_no_rules_has_no_alerts_and_says_why) {
  auto o = example();
  o.period = {"1Q", 90 * day,
              slo::calendar_alignment{slo::calendar_alignment::unit::quarter, 1,
                                      "2024-01-01 00:00:00", "UTC"}};
  const auto simulated = simulate({o}, brief());
  EXPECT_TRUE(simulated.front().alerts.empty());
  EXPECT_THAT(simulation_text(simulated), HasSubstr("no rules, so no alerts: "));
  EXPECT_THAT(simulated.front().refused, HasSubstr("quarter"));
}

TEST(simulation_text, names_what_cannot_fire) {
  auto o = example();
  slo::alert_policy policy;
  policy.name = "impossible";
  policy.severity = "page";
  policy.threshold = slo::decimal(200, 0);
  policy.lookback_minutes = hour;
  o.policies = {policy};
  const auto text = simulation_text(simulate({o}, brief({"short-outage"})));
  EXPECT_THAT(text, HasSubstr("CANNOT FIRE  impossible 1h: a burn rate > 200 cannot be"));
  EXPECT_THAT(text, HasSubstr("short-outage: every event fails for 10m"));
  EXPECT_THAT(text, Not(HasSubstr("sudden")));
}

TEST(simulation_json, is_json_with_everything) {
  const auto settings = brief();
  const auto parsed =
      boost::json::parse(simulation_json(simulate({example()}, settings), settings));
  EXPECT_EQ(parsed.at("seed").as_int64(), 1);
  const auto& o = parsed.at("objectives").as_array().at(0);
  EXPECT_EQ(o.at("slo_id").as_string(), "web");
  const auto alerts = o.at("alerts").as_array().size();
  EXPECT_GE(alerts, 4u);
  for (const auto& s : o.at("scenarios").as_array()) {
    EXPECT_EQ(s.at("alerts").as_array().size(), alerts);
  }
  EXPECT_EQ(o.at("false_alerts").as_array().size(), 2u);
}

}  // namespace
