// OpenSLO v1 field by field. The rows are those of the tables in docs/openslo.md, and a test
// compares the two, so that neither has one that the other lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "slo/model/objective.hpp"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path source(REMORA_SOURCE_DIR);

std::string contents(const fs::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

struct loaded {
  core::problems found;
  core::problems notes;
  core::document file;
  slo::openslo_documents documents;
  std::vector<slo::objective> objectives;

  explicit loaded(const std::string& text, slo::profile rules = slo::profile::strict)
      : file(core::document::parse("f.yaml", text, found)) {
    slo::reading how(rules, found, notes);
    for (const auto& root : file.roots()) slo::read_openslo(root, documents, how);
    objectives = slo::resolve(documents, how);
  }
  const slo::objective& of(const std::string& id) const {
    for (const auto& o : objectives) {
      if (o.id == id) return o;
    }
    throw std::runtime_error("there is no objective " + id);
  }
  const slo::ratio_metric& ratio(const std::string& id) const {
    return std::get<slo::ratio_metric>(of(id).sli);
  }
};

std::string yes(bool value) {
  return value ? "true" : "false";
}

/// One row: how the field arrives in the model, and how it is refused.
struct row {
  const char* field;  ///< as in the documentation
  const char* value;  ///< what `get` gives for the file with everything
  std::function<std::string(const loaded&)> get;
  const char* from;  ///< the first such text behind `after`…
  const char* to;    ///< …with this instead gives…
  const char* problem;
  const char* after = "";
};

const std::vector<row>& rows() {
  using l = const loaded&;
  static const std::vector<row> all = {
      {"apiVersion", "4", [](l r) { return std::to_string(r.documents.slos.size()); }, "openslo/v1",
       "openslo/v3", "2:13: apiVersion is openslo/v3 (expected openslo/v1)"},
      {"kind", "1", [](l r) { return std::to_string(r.documents.services.size()); },
       "kind: Service", "kind: Servce", "there is no kind Servce (expected SLO, SLI, Service"},
      {"metadata.name", "shop", [](l r) { return r.documents.services[0].meta.name; }, "name: shop",
       "name: Shop", "the name is not usable: Shop"},
      {"metadata.displayName", "The shop",
       [](l r) { return r.documents.services[0].meta.display_name; }, "The shop",
       "A name of more than sixty-three characters, which is the most that there can be",
       "displayName is too long (expected at most 63 characters)"},
      {"metadata.labels", "sales,support",
       [](l r) { return r.documents.services[0].meta.labels.at("team"); },
       "tier:", "'a tier':", "a tier cannot be a key of labels"},
      {"metadata.annotations", "me",
       [](l r) { return r.documents.services[0].meta.annotations.at("example.com/owner"); },
       "example.com/owner", "Example.com/owner",
       "Example.com/owner cannot be a key of annotations"},
      {"Service.spec.description", "Sells things.",
       [](l r) { return r.documents.services[0].description; }, "description: Sells",
       "descr: Sells", "the service's spec has an unknown field descr"},
      {"DataSource.spec.description", "Ours.",
       [](l r) { return r.documents.data_sources[0].description; }, "description: Ours.",
       "description: [Ours.]", "description is a list (expected a string)"},
      {"DataSource.spec.type", "Prometheus", [](l r) { return r.documents.data_sources[0].type; },
       "type: Prometheus", "type: Datadog",
       "the DataSource main is of type Datadog, which cannot be asked"},
      {"DataSource.spec.connectionDetails", "http://prometheus.example:9090",
       [](l r) { return r.documents.data_sources[0].connection.at("url"); }, "connectionDetails",
       "details", "the data source's spec has no connectionDetails"},
      {"SLI.spec.description", "What went wrong.",
       [](l r) { return r.documents.slis[0].value.description; }, "description: What went wrong.",
       "description: {}", "description is a map"},
      {"SLI.spec.thresholdMetric", "max(consumer_lag)",
       [](l r) { return std::get<slo::threshold_metric>(r.of("delay").sli).value.text; },
       "thresholdMetric:", "thresholdMetrics:",
       "the indicator's spec has no ratioMetric or thresholdMetric"},
      {"SLI.spec.ratioMetric", "true",
       [](l r) { return yes(r.of("answers").counters.has_value()); },
       "ratioMetric:", "thresholdMetric: {}\n  ratioMetric:",
       "the indicator has both ratioMetric and thresholdMetric"},
      {"ratioMetric.counter", "true", [](l r) { return yes(r.ratio("answers").counter); },
       "counter: false", "counter: 'yes'", "counter is no truth value (expected true or false)"},
      {"ratioMetric.good", "requests_total{code=\"200\"}",
       [](l r) { return r.of("answers").counters->part.to_string(); },
       "good:", "best:", "ratioMetric has no good or bad", "name: good-requests"},
      {"ratioMetric.bad", "true",
       [](l r) { return yes(r.ratio("slices").part_is == slo::event_kind::bad); },
       "bad:", "good: {}\n    bad:", "ratioMetric has both good and bad"},
      {"ratioMetric.total", "requests_total",
       [](l r) { return r.of("slices").counters->total.to_string(); },
       "total:", "all:", "ratioMetric has no total"},
      {"ratioMetric.raw", "avg_over_time(unhappy[{{.window}}])",
       [](l r) { return std::get<slo::raw_metric>(r.of("journey-1").sli).value.text; },
       "raw:", "total: {}\n    raw:", "ratioMetric has raw, and good, bad or total"},
      {"ratioMetric.rawType", "true",
       [](l r) {
         return yes(std::get<slo::raw_metric>(r.of("journey-1").sli).part_is ==
                    slo::event_kind::bad);
       },
       "rawType: failure", "rawType: failures", "rawType is no kind of ratio: failures"},
      {"metricSource.metricSourceRef", "main", [](l r) { return r.ratio("slices").part.source; },
       "metricSourceRef: main", "metricSourceRef: other",
       "there is no DataSource named other (expected main)"},
      {"metricSource.type", "Prometheus", [](l r) { return r.ratio("slices").total.type; },
       "type: Prometheus", "type: Graphite", "a metric source of type Graphite cannot be asked",
       "    total:"},
      {"metricSource.spec", "cluster", [](l r) { return r.of("slices").grouping.at(0); },
       "query: sum by (cluster) (rate(requests", "query: sum by (zone) (rate(requests",
       "total is grouped by other labels than good or bad"},
      {"SLO.spec.description", "The shop answers.", [](l r) { return r.of("answers").description; },
       "description: The shop answers.", "descriptions: none",
       "the SLO's spec has an unknown field descriptions"},
      {"SLO.spec.service", "shop", [](l r) { return r.of("answers").service; }, "service: shop",
       "service: shed", "there is no Service named shed (expected shop)"},
      {"SLO.spec.indicator", "good-requests",
       [](l r) { return std::get<slo::indicator>(*r.documents.slos[0].sli).meta.name; },
       "  indicator:\n    metadata", "  indicatorRef: lag\n  indicator:\n    metadata",
       "there are both indicator and indicatorRef"},
      {"SLO.spec.indicatorRef", "errors",
       [](l r) { return std::get<slo::reference>(*r.documents.slos[1].sli).name; },
       "indicatorRef: errors", "indicatorRef: mistakes",
       "there is no SLI named mistakes (expected errors, lag, satisfaction)"},
      {"SLO.spec.timeWindow", "28d", [](l r) { return r.of("slices").period.label; },
       "timeWindow:\n    - duration: 4w", "timeWindow:\n    - {duration: 1d}\n    - duration: 4w",
       "timeWindow is no list of one window"},
      {"timeWindow.duration", "1Q", [](l r) { return r.of("answers").period.label; },
       "duration: 1Q", "duration: 5Q", "the window's duration is not usable: 5Q"},
      {"timeWindow.isRolling", "true", [](l r) { return yes(r.of("slices").period.rolling()); },
       "isRolling: true", "isRolling: false", "the time window neither rolls nor has a calendar"},
      {"timeWindow.calendar", "true",
       [](l r) {
         return yes(r.of("answers").period.aligned->each == slo::calendar_alignment::unit::quarter);
       },
       "isRolling: false", "isRolling: true", "the time window rolls, and has a calendar"},
      {"calendar.startTime", "2024-02-01 00:00:00",
       [](l r) { return r.of("answers").period.aligned->start; }, "2024-02-01 00:00:00",
       "2024-02-30 00:00:00", "startTime is no local time from 2000 to 2037"},
      {"calendar.timeZone", "Europe/Berlin",
       [](l r) { return r.of("answers").period.aligned->time_zone; }, "Europe/Berlin",
       "Europe/Atlantis", "there is no time zone named Europe/Atlantis"},
      {"SLO.spec.budgetingMethod", "false",
       [](l r) { return yes(r.of("answers").slices.has_value()); }, "budgetingMethod: Occurrences",
       "budgetingMethod: occurrences", "occurrences is no budgeting method"},
      {"SLO.spec.objectives", "answers-2", [](l r) { return r.objectives[1].id; },
       "objectives:\n    - target: 0.99\n      timeSliceTarget: 0.95\n      timeSliceWindow: 5m",
       "objectives: []", "objectives is no list of objectives"},
      {"SLO.spec.alertPolicies", "2",
       [](l r) { return std::to_string(r.of("answers-2").policies.size()); },
       "alertPolicyRef: wake-up", "alertPolicyRef: sleep",
       "there is no AlertPolicy named sleep (expected wake-up)"},
      {"objectives.displayName", "answers, Mostly",
       [](l r) { return r.of("answers").display_name; }, "displayName: Mostly",
       "displayName: [Mostly]", "displayName is a list"},
      {"objectives.op",
       "<=", [](l r) { return std::string(slo::to_promql(r.of("delay").limit->op)); }, "op: lte",
       "op: le", "op is no comparison: le (expected lte, gte, lt or gt)"},
      {"objectives.value", "0.5", [](l r) { return r.of("delay").limit->limit.to_string(); },
       "      value: 0.5\n", "", "the objective of a thresholdMetric has no value"},
      {"objectives.target", "0.985", [](l r) { return r.of("answers").target.to_string(); },
       "target: 0.985", "target: 1.0", "a target of 100 % leaves no error budget"},
      {"objectives.targetPercent", "0.995",
       [](l r) { return r.of("answers-2").target.to_string(); }, "targetPercent: 99.5",
       "targetPercent: 100.5", "targetPercent is out of range"},
      {"objectives.timeSliceTarget", "0.95",
       [](l r) { return r.of("slices").slices->target->to_string(); }, "timeSliceTarget: 0.95",
       "timeSliceTarget: 1.5", "timeSliceTarget is out of range"},
      {"objectives.timeSliceWindow", "5",
       [](l r) { return std::to_string(r.of("slices").slices->minutes); }, "timeSliceWindow: 5m",
       "timeSliceWindow: 7m", "a day is not made of whole slices of 7m"},
      {"objectives.indicator", "steps_total",
       [](l r) { return r.of("journey-2").counters->total.to_string(); },
       "      indicator:\n        metadata:\n          name: second-step\n        spec:",
       "      indicator:\n        metadata:\n          name: second-step\n        specs:",
       "indicator has no spec"},
      {"objectives.indicatorRef", "journey", [](l r) { return r.of("journey-1").part_of; },
       "      indicatorRef: satisfaction\n", "",
       "the objective has no indicator, but others of the SLO have"},
      {"objectives.compositeWeight", "2.5",
       [](l r) { return r.of("journey").members[0].weight.to_string(); }, "compositeWeight: 2.5",
       "compositeWeight: 0", "compositeWeight is out of range"},
      {"AlertPolicy.spec.description", "Somebody has to look.",
       [](l r) { return r.of("answers").policies[0].description; },
       "description: Somebody has to look.", "description: []", "description is a list"},
      {"AlertPolicy.spec.alertWhenNoData", "true",
       [](l r) { return yes(r.of("answers").policies[0].when_no_data); }, "alertWhenNoData: true",
       "alertWhenNoData: 1", "alertWhenNoData is no truth value"},
      {"AlertPolicy.spec.alertWhenResolved", "true",
       [](l r) { return yes(r.of("answers").policies[0].when_resolved); },
       "alertWhenNoData: true\n  alertWhenResolved: true\n  alertWhenBreaching: true",
       "alertWhenResolved: true", "alertWhenResolved alone: nothing would fire"},
      {"AlertPolicy.spec.alertWhenBreaching", "true",
       [](l r) { return yes(r.of("answers").policies[1].when_breaching); },
       "        alertWhenBreaching: true\n", "", "the policy alerts on nothing"},
      {"AlertPolicy.spec.conditions", "ticket",
       [](l r) { return r.of("answers").policies[1].severity; }, "conditionRef: burns-fast",
       "conditionRef: burns", "there is no AlertCondition named burns (expected burns-fast)"},
      {"AlertPolicy.spec.notificationTargets", "queue",
       [](l r) { return r.of("answers").policies[1].targets.at(0).name; }, "targetRef: on-call",
       "targetRef: off-call", "there is no AlertNotificationTarget named off-call"},
      {"AlertCondition.spec.description", "Far too fast.",
       [](l r) { return r.documents.conditions[0].description; }, "description: Far too fast.",
       "description: {}", "description is a map"},
      {"AlertCondition.spec.severity", "page",
       [](l r) { return r.of("answers").policies[0].severity; }, "  severity: page\n", "",
       "the alert condition's spec has no severity"},
      {"condition.kind", "1", [](l r) { return std::to_string(r.documents.conditions.size()); },
       "kind: burnrate", "kind: latency", "there is no kind of condition latency"},
      {"condition.op",
       ">=", [](l r) { return std::string(slo::to_promql(r.of("answers").policies[0].op)); },
       "op: gte", "op: '>='", "op is no comparison: >="},
      {"condition.threshold", "2.5",
       [](l r) { return r.of("answers").policies[0].threshold.to_string(); }, "threshold: 2.5",
       "threshold: 67", "could never fire for answers: its burn rate is never >= 67"},
      {"condition.lookbackWindow", "360",
       [](l r) { return std::to_string(r.of("answers").policies[0].lookback_minutes); },
       "lookbackWindow: 6h", "lookbackWindow: 4Q", "looks back over 360d, which is longer than"},
      {"condition.alertAfter", "5",
       [](l r) { return std::to_string(r.of("answers").policies[0].after_minutes); },
       "alertAfter: 5m", "alertAfter: 5", "alertAfter is no duration: 5"},
      {"AlertNotificationTarget.spec.description", "Whoever is on call.",
       [](l r) { return r.of("answers").policies[0].targets.at(0).description; },
       "description: Whoever is on call.", "about: no one",
       "the notification target's spec has an unknown field about"},
      {"AlertNotificationTarget.spec.target", "pager",
       [](l r) { return r.of("answers").policies[0].targets.at(0).target; }, "  target: pager\n",
       "", "the notification target's spec has no target"},
  };
  return all;
}

const std::string& everything() {
  static const std::string text = contents(source / "tests/unit/openslo_everything.yaml");
  return text;
}

TEST(openslo_conformance, a_file_with_every_field_is_read) {
  const loaded r(everything());
  EXPECT_EQ(r.found.to_string(), "");
  EXPECT_EQ(r.notes.to_string(), "");
}

class openslo_conformance_rows : public testing::TestWithParam<row> {};

TEST_P(openslo_conformance_rows, are_read) {
  EXPECT_EQ(GetParam().get(loaded(everything())), GetParam().value);
}

TEST_P(openslo_conformance_rows, are_checked) {
  auto text = everything();
  const auto after = text.find(GetParam().after);
  const auto at = text.find(GetParam().from, after);
  ASSERT_NE(at, std::string::npos) << GetParam().from;
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  EXPECT_THAT(loaded(text).found.to_string(), HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(openslo, openslo_conformance_rows, testing::ValuesIn(rows()),
                         [](const auto& info) {
                           std::string name = info.param.field;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

/// The cells of the rows of a table of the documentation, by the heading above it.
std::vector<std::vector<std::string>> documented(const std::string& heading) {
  std::istringstream in(contents(source / "docs/openslo.md"));
  std::vector<std::vector<std::string>> out;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (!inside || !line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line.substr(2));
    for (std::string cell; std::getline(row, cell, '|');) {
      const auto last = cell.find_last_not_of(' ');
      const auto first = cell.find_first_not_of(' ');
      if (last != std::string::npos) cells.push_back(cell.substr(first, last - first + 1));
    }
    out.push_back(cells);
  }
  return out;
}

std::string without_ticks(const std::string& cell) {
  return cell.substr(1, cell.find('`', 1) - 1);
}

TEST(openslo_conformance, documentation_and_tests_have_the_same_rows) {
  std::multiset<std::string> tested;
  for (const auto& r : rows()) tested.insert(r.field);
  std::multiset<std::string> written;
  for (const auto& cells : documented("Field by field")) {
    written.insert(without_ticks(cells.at(0)));
    EXPECT_EQ(cells.size(), 3u) << cells.at(0);
  }
  EXPECT_EQ(written, tested);
}

/// `loads`, or the reason in ticks.
void expect_outcome(const std::string& cell, const std::string& file, slo::profile rules) {
  const loaded r(contents(source / "tests/slo_examples" / file), rules);
  if (cell.starts_with("loads")) {
    EXPECT_EQ(r.found.to_string(), "") << file;
    // A note that the documentation gives is given.
    if (cell.find('`') == std::string::npos) return;
    EXPECT_THAT(r.notes.to_string(), HasSubstr(without_ticks(cell.substr(cell.find('`')))));
  } else {
    EXPECT_THAT(r.found.to_string(), HasSubstr(without_ticks(cell.substr(cell.find('`'))))) << file;
  }
}

TEST(openslo_examples, load_or_are_refused_as_documented) {
  std::set<std::string> written;
  for (const auto& cells : documented("Published examples")) {
    ASSERT_EQ(cells.size(), 3u) << cells.at(0);
    const auto file = without_ticks(cells[0]) + ".yaml";
    written.insert(file);
    expect_outcome(cells[1], file, slo::profile::strict);
    expect_outcome(cells[2], file, slo::profile::lenient);
  }
  std::set<std::string> present;
  for (const auto& entry : fs::directory_iterator(source / "tests/slo_examples")) {
    present.insert(entry.path().filename().string());
  }
  EXPECT_EQ(written, present);
}

}  // namespace
