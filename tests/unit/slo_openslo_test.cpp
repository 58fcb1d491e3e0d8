#include "slo/format/openslo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/format/openslo_fields.hpp"

namespace {

using testing::HasSubstr;

constexpr const char* good_slo = R"(apiVersion: openslo/v1
kind: SLO
metadata:
  name: web
  displayName: The shop answers
  labels: {team: [a, b], tier: one}
  annotations: {example.com/owner: me}
spec:
  description: All of it.
  service: shop
  indicator:
    metadata: {name: good-requests}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'requests_total{code="ok"}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: requests_total}}}
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: All
      target: 0.99
    - targetPercent: 99.9
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct reading {
  core::problems found;
  core::document document;
  slo::openslo_documents documents;

  explicit reading(const std::string& text)
      : document(core::document::parse("slo.yaml", text, found)) {
    for (const auto& root : document.roots()) slo::read_openslo(root, documents, found);
  }
};

TEST(openslo, reads_an_slo) {
  const reading r(good_slo);
  EXPECT_EQ(r.found.to_string(), "");
  ASSERT_EQ(r.documents.slos.size(), 1u);
  const auto& slo = r.documents.slos.front();
  EXPECT_EQ(slo.meta.name, "web");
  EXPECT_EQ(slo.meta.labels.at("team"), "a,b");
  EXPECT_EQ(slo.meta.annotations.at("example.com/owner"), "me");
  EXPECT_EQ(slo.service.name, "shop");
  EXPECT_EQ(slo.period.label, "28d");
  ASSERT_EQ(slo.objectives.size(), 2u);
  EXPECT_EQ(slo.objectives[0].target.to_string(), "0.99");
  EXPECT_EQ(slo.objectives[1].target.to_string(), "0.999");
  const auto& ratio = std::get<slo::ratio_metric>(std::get<slo::indicator>(slo.sli.value()).metric);
  EXPECT_EQ(ratio.part_is, slo::event_kind::good);
  EXPECT_EQ(ratio.part.counter->counter.to_string(), R"(requests_total{code="ok"})");
}

TEST(openslo, reads_services_and_slis_from_one_file) {
  const reading r(R"(apiVersion: openslo/v1
kind: Service
metadata: {name: shop}
spec: {description: Sells.}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec:
  ratioMetric:
    bad: {metricSource: {spec: {query: 'sum(rate(failures_total[{{.window}}]))'}}}
    total: {metricSource: {spec: {query: 'sum(rate(requests_total[{{.window}}]))'}}}
)");
  EXPECT_EQ(r.found.to_string(), "");
  ASSERT_EQ(r.documents.services.size(), 1u);
  ASSERT_EQ(r.documents.slis.size(), 1u);
  EXPECT_EQ(std::get<slo::ratio_metric>(r.documents.slis[0].value.metric).part_is,
            slo::event_kind::bad);
}

struct fault {
  const char* name;
  const char* from;
  const char* to;
  const char* problem;  ///< the line that is reported, from its position on
};

class openslo_faults : public testing::TestWithParam<fault> {};

TEST_P(openslo_faults, are_reported_with_their_place) {
  const auto& p = GetParam();
  const reading r(replaced(good_slo, p.from, p.to));
  EXPECT_THAT(r.found.to_string(), HasSubstr(p.problem));
}

INSTANTIATE_TEST_SUITE_P(
    openslo, openslo_faults,
    testing::Values(
        fault{"unknown_field", "  description: All of it.", "  descripton: All of it.",
              "slo.yaml:9:3: the SLO's spec has an unknown field descripton"},
        fault{"other_version", "openslo/v1", "openslo/v2", "1:13: apiVersion is openslo/v2"},
        fault{"unknown_kind", "kind: SLO", "kind: Slo", "2:7: there is no kind Slo"},
        fault{"alert_policy_kind", "kind: SLO", "kind: AlertPolicy",
              "the alert policy's spec has an unknown field service"},
        fault{"name_with_capitals", "name: web", "name: Web", "4:9: the name is not usable: Web"},
        fault{"no_name", "  name: web\n", "", "metadata has no name"},
        fault{"timeslices", "budgetingMethod: Occurrences", "budgetingMethod: Timeslices",
              "23:7: the objective has no timeSliceTarget"},
        fault{"unknown_method", "budgetingMethod: Occurrences", "budgetingMethod: Sometimes",
              "Sometimes is no budgeting method"},
        fault{"calendar", "isRolling: true",
              "isRolling: false\n      calendar: {startTime: 2026-01-01, timeZone: Mars/Utopia}",
              "21:51: there is no time zone named Mars/Utopia"},
        fault{"calendar_start", "isRolling: true",
              "isRolling: false\n      calendar: {startTime: 2026-02-30 00:00:00, timeZone: UTC}",
              "startTime is no local time from 2000 to 2037"},
        fault{"calendar_that_rolls", "isRolling: true",
              "isRolling: true\n      calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}",
              "the time window rolls, and has a calendar"},
        fault{"not_rolling", "isRolling: true", "isRolling: false",
              "the time window neither rolls nor has a calendar"},
        fault{"two_windows", "  budgetingMethod",
              "    - {duration: 7d, isRolling: true}\n  budgetingMethod",
              "timeWindow is no list of one window"},
        fault{"tiny_window", "duration: 28d", "duration: 5m",
              "the window's duration is not usable: 5m"},
        fault{"threshold_metric", "ratioMetric:", "thresholdMetric: {}\n      ratioMetric:",
              "the indicator has both ratioMetric and thresholdMetric"},
        fault{"raw_metric", "counter: true", "counter: true\n        raw: {}",
              "ratioMetric has raw, and good, bad or total"},
        fault{"good_and_bad",
              "        total:", "        bad: {metricSource: {spec: {query: a}}}\n        total:",
              "ratioMetric has both good and bad"},
        fault{"no_total",
              "        total: {metricSource: {type: Prometheus, spec: {query: requests_total}}}\n",
              "", "ratioMetric has no total"},
        fault{"query_that_is_approximate", "query: requests_total}", "query: avg(requests_total)}",
              "query, character 1: `avg(…)` can only be approximated"},
        fault{"other_source", "total: {metricSource: {type: Prometheus",
              "total: {metricSource: {type: Datadog",
              "a metric source of type Datadog cannot be asked (expected Prometheus)"},
        fault{"data_source_reference", "total: {metricSource: {type: Prometheus",
              "total: {metricSource: {metricSourceRef: Here, type: Prometheus",
              "metricSourceRef is no name of a document: Here"},
        fault{"both_indicators", "  timeWindow:", "  indicatorRef: other\n  timeWindow:",
              "there are both indicator and indicatorRef"},
        fault{"alert_policies", "  objectives:", "  alertPolicies: [One]\n  objectives:",
              "this is a name alone: One"},
        fault{"composite_weight", "target: 0.99\n", "target: 0.99\n      compositeWeight: 2\n",
              "compositeWeight goes with an indicator of each objective"},
        fault{"time_slice_target", "target: 0.99\n", "target: 0.99\n      timeSliceTarget: 0.9\n",
              "timeSliceTarget goes with budgetingMethod: Timeslices"},
        fault{"all_events", "target: 0.99\n", "target: 1\n",
              "a target of 100 % leaves no error budget to compute with"},
        fault{"percent_as_target", "target: 0.99\n", "target: 99\n", "target is out of range"},
        fault{"quoted_target", "target: 0.99\n", "target: '0.99'\n", "target is out of range"},
        fault{"two_targets", "target: 0.99\n", "target: 0.99\n      targetPercent: 99\n",
              "the objective has both target and targetPercent"},
        fault{"label_key", "{team: [a, b], tier: one}", "{'a b': one}",
              "a b cannot be a key of labels"}),
    [](const auto& info) { return info.param.name; });

TEST(openslo, reports_all_problems_at_once) {
  auto text = replaced(good_slo, "openslo/v1", "openslo/v2");
  text = replaced(text, "isRolling: true", "isRolling: false");
  text = replaced(text, "target: 0.99\n", "target: 1\n");
  EXPECT_EQ(reading(text).found.list().size(), 3u);
}

TEST(openslo, no_prefix_of_a_file_breaks_the_reader) {
  const std::string text = good_slo;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const reading r(text.substr(0, n));
    if (r.found.empty()) {
      for (const auto& slo : r.documents.slos) EXPECT_FALSE(slo.objectives.empty()) << n;
    }
  }
}

struct duration_case {
  const char* text;
  int hours;
  const char* label;
};

TEST(rolling_period, units_of_openslo) {
  for (const auto& c : {duration_case{"28d", 672, "28d"}, duration_case{"4w", 672, "28d"},
                        duration_case{"1M", 720, "30d"}, duration_case{"1Q", 2160, "90d"},
                        duration_case{"1Y", 8760, "365d"}, duration_case{"36h", 36, "36h"},
                        duration_case{"24h", 24, "1d"}}) {
    const auto window = slo::parse_rolling_period(c.text);
    ASSERT_TRUE(window) << c.text;
    EXPECT_EQ(window->minutes, c.hours * 60L) << c.text;
    EXPECT_EQ(window->label, c.label);
  }
  for (const char* wrong :
       {"", "d", "28", "0d", "-1d", "1.5d", "23h", "2Y", "60m", "28 d", "99999999999d"}) {
    EXPECT_FALSE(slo::parse_rolling_period(wrong)) << wrong;
  }
}

}  // namespace
