// What the specification leaves open or contradicts: decided once for each profile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/model/objective.hpp"

namespace {

using testing::HasSubstr;

constexpr const char* basis = R"(apiVersion: openslo/v1
kind: SLO
metadata: {name: web}
spec:
  service: shop
  indicator:
    metadata: {name: requests}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'requests_total{code="ok"}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: requests_total}}}
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Timeslices
  objectives:
    - target: 0.99
      timeSliceTarget: 0.9
      timeSliceWindow: 5m
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: page}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: fast}
            spec:
              severity: page
              condition: {kind: burnrate, op: gt, threshold: 2, lookbackWindow: 1h}
        notificationTargets: [{targetRef: on-call}]
)";

struct read {
  core::problems found;
  core::problems notes;
  core::document file;
  std::vector<slo::objective> objectives;

  read(const std::string& text, slo::profile rules)
      : file(core::document::parse("f", text, found)) {
    slo::reading how(rules, found, notes);
    slo::openslo_documents documents;
    for (const auto& root : file.roots()) slo::read_openslo(root, documents, how);
    objectives = slo::resolve(documents, how);
  }
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct decision {
  const char* name;
  const char* from;
  const char* to;
  const char* refused;  ///< by the strict profile
  const char* assumed;  ///< the lenient one's note
};

class profile_decisions : public testing::TestWithParam<decision> {};

TEST_P(profile_decisions, are_as_documented) {
  const auto& p = GetParam();
  const auto text = replaced(basis, p.from, p.to);
  EXPECT_THAT(read(text, slo::profile::strict).found.to_string(), HasSubstr(p.refused));
  const read lenient(text, slo::profile::lenient);
  EXPECT_EQ(lenient.found.to_string(), "");
  EXPECT_THAT(lenient.notes.to_string(), HasSubstr(p.assumed));
  EXPECT_EQ(lenient.objectives.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    openslo, profile_decisions,
    testing::Values(
        decision{"no_window", "  timeWindow:\n    - duration: 28d\n      isRolling: true\n", "",
                 "the SLO's spec has no timeWindow", "taken for 28 days that roll"},
        decision{"neither_rolling_nor_calendar", "      isRolling: true\n", "",
                 "the time window neither rolls nor has a calendar", "taken for a rolling one"},
        decision{"minutes_of_a_calendar", "28d\n      isRolling: true",
                 "1m\n      calendar: {startTime: 2024-01-01 00:00:00, timeZone: UTC}",
                 "a calendar period of minutes: 1m (expected 1M for months)", "taken for months"},
        decision{"slice_without_unit", "timeSliceWindow: 5m", "timeSliceWindow: 5",
                 "timeSliceWindow has no unit: 5 (expected 5m for minutes)", "taken for minutes"},
        decision{"operator_of_a_ratio", "target: 0.99\n", "target: 0.99\n      op: gt\n",
                 "op and value go with a thresholdMetric", "ignored"},
        decision{"capitals", "name: web", "name: Web_1.a", "the name is not usable: Web_1.a",
                 "taken as it is"},
        decision{"placeholder_type", "type: Prometheus", "type: Any",
                 "a metric source of type Any cannot be asked", "taken for Prometheus"},
        decision{"unknown_source", "type: Prometheus", "metricSourceRef: main",
                 "there is no DataSource named main", "the Prometheus of the command line"},
        decision{"condition_without_kind", "kind: burnrate, ", "", "the condition has no kind",
                 "taken for burnrate"},
        decision{"no_occasion", "        alertWhenBreaching: true\n", "",
                 "the policy alerts on nothing", "taken for alertWhenBreaching: true"},
        decision{"target_by_name", "[{targetRef: on-call}]", "[on-call]",
                 "this is a name alone: on-call", "taken for targetRef"},
        decision{"weight_without_composite", "target: 0.99\n",
                 "target: 0.99\n      compositeWeight: 2\n",
                 "compositeWeight goes with an indicator of each objective", "ignored"},
        decision{"raw_type_without_raw", "counter: true\n",
                 "counter: true\n        rawType: success\n", "rawType goes with raw", "ignored"}),
    [](const auto& info) { return info.param.name; });

TEST(profiles, read_the_same_from_a_strict_file) {
  for (const auto rules : {slo::profile::strict, slo::profile::lenient}) {
    const read r(basis, rules);
    EXPECT_EQ(r.found.to_string(), "");
    EXPECT_EQ(r.notes.to_string(), "");
    ASSERT_EQ(r.objectives.size(), 1u);
    EXPECT_EQ(r.objectives[0].slices->minutes, 5);
    EXPECT_EQ(r.objectives[0].policies.at(0).targets.at(0).name, "on-call");
  }
}

TEST(profiles, a_slow_alert_is_read_as_it_is_written_and_noted) {
  const read r(replaced(basis, "op: gt", "op: lte"), slo::profile::strict);
  EXPECT_EQ(r.found.to_string(), "");
  EXPECT_THAT(r.notes.to_string(), HasSubstr("the alert fires while the budget burns slowly"));
  EXPECT_EQ(r.objectives.at(0).policies.at(0).op, slo::comparison::lte);
}

constexpr const char* composite = R"(apiVersion: openslo/v1
kind: SLO
metadata: {name: journey, displayName: The journey}
spec:
  service: shop
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives:
    - displayName: First
      target: 0.99
      timeSliceTarget: 0.9
      timeSliceWindow: 5m
      indicator: {metadata: {name: a}, spec: {thresholdMetric: {metricSource: {spec: {query: a}}}}}
      op: lt
      value: 2
    - displayName: Second
      target: 0.995
      timeSliceTarget: 0.95
      timeSliceWindow: 5m
      compositeWeight: 3
      indicator: {metadata: {name: b}, spec: {thresholdMetric: {metricSource: {spec: {query: b}}}}}
      op: lt
      value: 2
)";

TEST(composites, come_behind_their_members) {
  const read r(composite, slo::profile::strict);
  EXPECT_EQ(r.found.to_string(), "");
  EXPECT_THAT(r.notes.to_string(), HasSubstr("compositeWeight has no meaning with Timeslices"));
  ASSERT_EQ(r.objectives.size(), 3u);
  EXPECT_EQ(r.objectives[0].id, "journey-1");
  EXPECT_EQ(r.objectives[0].display_name, "The journey, First");
  EXPECT_EQ(r.objectives[1].part_of, "journey");
  const auto& whole = r.objectives[2];
  EXPECT_EQ(whole.id, "journey");
  EXPECT_EQ(whole.display_name, "The journey");
  ASSERT_EQ(whole.members.size(), 2u);
  EXPECT_EQ(whole.members[1].id, "journey-2");
  EXPECT_EQ(whole.target.to_string(), "0.995");
  EXPECT_EQ(whole.slices->target->to_string(), "1");
}

TEST(composites, have_slices_of_one_length) {
  const auto text =
      replaced(composite, "0.95\n      timeSliceWindow: 5m", "0.95\n      timeSliceWindow: 10m");
  EXPECT_THAT(read(text, slo::profile::strict).found.to_string(),
              HasSubstr("slices of different lengths (expected timeSliceWindow: 5m"));
}

TEST(composites, burn_at_most_the_weighted_sum_of_their_members) {
  auto text = replaced(composite, "budgetingMethod: Timeslices", "budgetingMethod: Occurrences");
  for (const char* line : {"      timeSliceTarget: 0.9\n", "      timeSliceTarget: 0.95\n",
                           "      timeSliceWindow: 5m\n", "      timeSliceWindow: 5m\n"}) {
    text = replaced(text, line, "");
  }
  const read r(text, slo::profile::strict);
  EXPECT_EQ(r.found.to_string(), "");
  EXPECT_EQ(r.objectives.at(2).target, slo::decimal());
  // 1 / 0.01 + 3 / 0.005
  EXPECT_NEAR(slo::highest_burn_rate(r.objectives[2], r.objectives), 700, 1e-9);
  // 1 / 0.2 + 3 / 0.5 < 13.44
  auto low = replaced(replaced(text, "0.99\n", "0.8\n"), "0.995", "0.5");
  EXPECT_THAT(read(low, slo::profile::strict).found.to_string(),
              HasSubstr("the alert on 1h could never fire: the burn rate is at most 11, and never "
                        "above 13.44"));
}

TEST(policies, that_could_never_fire_are_refused) {
  const auto with = [](const char* condition) {
    return read(replaced(basis, "op: gt, threshold: 2,", condition), slo::profile::strict)
        .found.to_string();
  };
  EXPECT_THAT(with("op: gt, threshold: 100,"), HasSubstr("its burn rate is never > 100"));
  EXPECT_EQ(with("op: gte, threshold: 100,"), "");
  EXPECT_THAT(with("op: gte, threshold: 101,"), HasSubstr("its burn rate is never >= 101"));
  EXPECT_THAT(with("op: lt, threshold: 0,"), HasSubstr("its burn rate is never < 0"));
  EXPECT_THAT(with("op: gt, threshold: -1,"), HasSubstr("threshold is no burn rate"));
}

TEST(policies, can_be_told_apart) {
  const std::string twice =
      replaced(basis, "  alertPolicies:\n", "  alertPolicies:\n    - alertPolicyRef: page\n");
  EXPECT_THAT(read(twice, slo::profile::lenient).found.to_string(),
              HasSubstr("there is no AlertPolicy named page"));
  const auto copy = std::string(basis).substr(std::string(basis).find("    - kind: AlertPolicy"));
  EXPECT_THAT(read(basis + copy, slo::profile::strict).found.to_string(),
              HasSubstr("the SLO web has two alert policies named page"));
}

TEST(policies, look_back_within_the_period) {
  const auto with = [](const char* window, const char* lookback) {
    auto text = replaced(basis, "28d\n      isRolling: true", window);
    return read(replaced(text, "lookbackWindow: 1h", lookback), slo::profile::strict)
        .found.to_string();
  };
  const auto* rolling = "2d\n      isRolling: true";
  const auto* calendar =
      "2d\n      calendar: {startTime: 2024-01-01 00:00:00, timeZone: Asia/Tokyo}";
  EXPECT_EQ(with(rolling, "lookbackWindow: 2d"), "");
  EXPECT_THAT(with(rolling, "lookbackWindow: 3d"), HasSubstr("longer than the period of web"));
  EXPECT_EQ(with(calendar, "lookbackWindow: 1d"), "");
  EXPECT_THAT(with(calendar, "lookbackWindow: 2d"), HasSubstr("could not be told apart"));
}

}  // namespace
