// What the simulator says about alerts is what promtool says when it evaluates the generated rules
// on the same events: which minute each alert begins to fire, and which minute it is silent again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "slo/format/openslo_fields.hpp"
#include "slo/rules/rule_tests.hpp"
#include "slo/rules/rule_yaml.hpp"
#include "slo/rules/rules.hpp"
#include "slo/simulate/incident.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::alert_condition;
using slo::objective;
using slo::scenario;
using slo::tests::example;

constexpr long hour = 60;

/// A part of time in which an alert fires: [from, to).
struct firing {
  long from;
  long to;
};

std::vector<firing> timeline(const alert_condition& c, const slo::objective_history& history) {
  std::vector<firing> out;
  slo::alert_state state;
  for (long at = 1; at <= history.minutes(); ++at) {
    if (!state.update(history.holds(c, at), at, c.hold_minutes)) continue;
    if (out.empty() || out.back().to != at) out.push_back({at, at});
    out.back().to = at + 1;
  }
  return out;
}

/// The alert's series in Prometheus.
std::string firing_series(const alert_condition& c) {
  slo::label_list labels{{"alertname", c.name}, {"alertstate", "firing"}};
  if (!c.policy.empty()) labels.emplace_back("policy", c.policy);
  if (c.policy.empty() && c.short_minutes)
    labels.emplace_back("long_window", slo::span_label(c.long_minutes));
  return slo::series_text("ALERTS", labels);
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

/// Builds a test file for promtool.
class test_file {
 public:
  test_file(const std::vector<slo::rule_group>& groups,
            const std::vector<slo::test_series>& input) {
    text_ = "rule_files: [rules.yaml]\nevaluation_interval: 1m\ngroup_eval_order:\n";
    for (const auto& group : groups) text_ += "  - " + group.name + "\n";
    text_ += "tests:\n  - interval: 1m\n    input_series:\n";
    for (const auto& series : input) {
      text_ += "      - series: " + quoted(series.series) +
               "\n        values: " + quoted(series.values) + "\n";
    }
    text_ += "    promql_expr_test:\n";
  }
  void expect(const std::string& expression, long minute, long value) {
    text_ += "      - expr: " + quoted(expression) +
             "\n        eval_time: " + std::to_string(minute) +
             "m\n        exp_samples: [{labels: '{}', value: " + std::to_string(value) + "}]\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void expect_timeline(test_file& file, const alert_condition& c,
                     const slo::objective_history& history) {
  const auto series = firing_series(c);
  const auto now = "count(" + series + ") or vector(0)";
  long fired = 0;
  for (const auto& [from, to] : timeline(c, history)) {
    fired += to - from;
    file.expect(now, from - 1, 0);
    file.expect(now, from, 1);
    file.expect(now, to - 1, 1);
    if (to <= history.minutes()) file.expect(now, to, 0);
  }
  // And in no other minute.
  file.expect("sum(count_over_time(" + series + "[30d])) or vector(0)", history.minutes(), fired);
}

/// Both of the example's series; `bad` ones are `code="failed"`.
std::vector<slo::test_series> input_of(const slo::minute_history& history, const std::string& job) {
  auto good = history.events();
  for (std::size_t i = 0; i < good.size(); ++i) good[i] -= history.bad()[i];
  return {{"requests_total{job=\"" + job + "\",code=\"ok\"}", slo::fold_values(good)},
          {"requests_total{job=\"" + job + "\",code=\"failed\"}", slo::fold_values(history.bad())}};
}

struct sample {
  std::string name;
  objective o;
  std::vector<objective> members;
  scenario what;
};
std::ostream& operator<<(std::ostream& out, const sample& s) {
  return out << s.name;
}

/// Runs promtool in a folder of its own; nullopt when it agrees, otherwise what it says.
std::optional<std::string> disagreement(const std::string& rules, const std::string& test) {
  const tests::temporary_directory folder;
  std::ofstream(folder / "rules.yaml") << rules;
  std::ofstream(folder / "test.yaml") << test;
  const auto output = folder / "output";
  const auto command =
      "promtool test rules " + (folder / "test.yaml").string() + " > " + output.string() + " 2>&1";
  if (std::system(command.c_str()) == 0) return std::nullopt;
  std::ifstream in(output);
  return std::string(std::istreambuf_iterator<char>(in), {}) + "\n" + test;
}

std::vector<slo::rule_group> groups_of(const sample& s) {
  slo::slo_objectives all;
  for (const auto& member : s.members) all.push_back(&member);
  all.push_back(&s.o);
  return slo::rules_of(all);
}

class simulated_alerts : public testing::TestWithParam<sample> {};

TEST_P(simulated_alerts, fire_in_promtool_in_exactly_these_minutes) {
  if (std::system("command -v promtool > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool (Debian package prometheus) is not installed";
  }
  const auto& s = GetParam();
  auto all = s.members;
  all.push_back(s.o);
  slo::objective_history history(s.o, all);
  (void)run_incident(s.what, {}, s.o.period_minutes(), 11, history);

  const auto groups = groups_of(s);
  std::vector<slo::test_series> input;
  if (s.members.empty()) {
    input = input_of(history.members().front().second, "web");
  } else {
    for (std::size_t i = 0; i < s.members.size(); ++i) {
      const auto some = input_of(history.members()[i].second, s.members[i].id);
      input.insert(input.end(), some.begin(), some.end());
    }
  }
  test_file file(groups, input);
  std::size_t fired = 0;
  for (const auto& c : alert_conditions(s.o)) {
    expect_timeline(file, c, history);
    fired += timeline(c, history).size();
  }
  EXPECT_GT(fired, 0u) << "a sample in which nothing fires shows little";
  const auto difference = disagreement(slo::rule_file_yaml(groups), file.text());
  EXPECT_FALSE(difference) << *difference;
}

scenario trouble(double rate, long history, long duration,
                 std::function<slo::error_course(core::random_source&)> course) {
  scenario out;
  out.rate = rate;
  out.history = history;
  out.duration = duration;
  out.course = std::move(course);
  return out;
}

scenario steady(double rate, double error, long history, long duration) {
  return trouble(rate, history, duration, [error](core::random_source&) -> slo::error_course {
    return [error](long) { return error; };
  });
}

scenario by_chance(scenario what) {
  what.arrive = slo::arrivals::by_chance;
  return what;
}

scenario bursts(double rate, double error, long history, long duration) {
  return trouble(rate, history, duration, [error](core::random_source&) -> slo::error_course {
    return [error](long minute) { return minute % 17 < 4 ? error : 0.0; };
  });
}

scenario growing(double rate, double most, long history, long duration) {
  return trouble(rate, history, duration, [=](core::random_source&) -> slo::error_course {
    return [=](long minute) {
      return most * static_cast<double>(minute) / static_cast<double>(duration);
    };
  });
}

objective sliced(int minutes, const char* slice_target) {
  auto o = example("0.95");
  o.slices = slo::time_slices{minutes, {}};
  if (slice_target) o.slices->target = slo::decimal::parse(slice_target);
  return o;
}

objective with_policy(slo::comparison op, const char* threshold, long lookback, long after) {
  auto o = example("0.99");
  slo::alert_policy policy;
  policy.name = "own";
  policy.severity = "page";
  policy.op = op;
  policy.threshold = *slo::decimal::parse(threshold);
  policy.lookback_minutes = lookback;
  policy.after_minutes = after;
  o.policies = {policy};
  return o;
}

objective of_days() {
  auto o = example("0.95");
  o.period = {
      "1d", 24 * hour,
      slo::calendar_alignment{slo::calendar_alignment::unit::day, 1, "2024-01-01 00:00:00", "UTC"}};
  return o;
}

/// A composite of two, each with a counter of its own.
sample composite(scenario what) {
  sample out{"composite", {}, {}, std::move(what)};
  out.o = example();
  out.o.id = out.o.name = "whole";
  out.o.counters.reset();
  out.o.target = {};
  for (const auto& [id, target, weight] :
       {std::tuple("first", "0.99", "1"), std::tuple("second", "0.95", "2")}) {
    auto member = example(target);
    member.id = id;
    member.name = "whole";
    member.part_of = "whole";
    const auto job = std::string("{job=\"") + id;
    slo::tests::measure(
        member, slo::tests::ratio(("requests_total" + job + "\",code=\"ok\"}").c_str(),
                                  ("requests_total" + job + "\",code=~\"ok|failed\"}").c_str()));
    out.o.members.push_back({id, *slo::decimal::parse(weight)});
    out.members.push_back(member);
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    samples, simulated_alerts,
    testing::Values(
        sample{"sudden", example(), {}, steady(600, 0.31, 2 * hour, 3 * hour)},
        sample{"outage_of_a_young_service", example("0.999"), {}, steady(97, 1, 10, 9 * hour)},
        sample{"low_traffic", example("0.99"), {}, by_chance(steady(0.3, 0.4, 3 * hour, 3 * hour))},
        sample{
            "six_events_an_hour", example("0.995"), {}, by_chance(steady(0.1, 1, hour, 4 * hour))},
        sample{"bursts", example("0.99"), {}, by_chance(bursts(40, 0.8, 2 * hour, 4 * hour))},
        sample{"growing", example("0.99"), {}, growing(250, 0.4, hour, 6 * hour)},
        sample{"timeslices", sliced(5, "0.9"), {}, by_chance(bursts(20, 0.5, 2 * hour, 4 * hour))},
        sample{"timeslices_of_seven", sliced(7, "0.95"), {}, steady(100, 0.2, 2 * hour, 3 * hour)},
        sample{
            "quarters_of_an_hour", sliced(15, "0.95"), {}, by_chance(bursts(3, 1, hour, 4 * hour))},
        sample{"ratio_timeslices",
               sliced(2, nullptr),
               {},
               by_chance(bursts(0.8, 0.9, 2 * hour, 4 * hour))},
        sample{"policy_with_a_hold",
               with_policy(slo::comparison::gte, "20", 30, 7),
               {},
               by_chance(bursts(40, 0.9, hour, 2 * hour))},
        sample{"policy_below",
               with_policy(slo::comparison::lt, "0.5", 60, 0),
               {},
               steady(100, 0.1, hour, 2 * hour)},
        sample{"days_of_the_calendar", of_days(), {}, steady(100, 0.4, 22 * hour, 4 * hour)},
        composite(by_chance(steady(50, 0.3, hour, 3 * hour)))),
    [](const auto& info) { return info.param.name; });

}  // namespace
