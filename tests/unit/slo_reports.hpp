#pragma once

#include <string>
#include <vector>

#include "slo/report/report.hpp"
#include "tests/unit/slo_example.hpp"

/// Objectives of every kind with what was observed of them on a fixed day.
namespace slo::tests {

constexpr unix_millis day = 24 * 3'600'000LL;
/// 2023-11-14T22:00:00Z
constexpr unix_millis report_time = 1'699'999'200'000;

/// What breaks a report that does not escape.
inline const std::string nasty =
    "<script>alert(1)</script> & \"quoted\" | `tick` [link](http://evil.test) {{body}}";

inline evidence counted_evidence(std::int64_t events, std::int64_t bad, std::int64_t recent_bad) {
  evidence e;
  e.source = evidence_source::rules;
  e.to = report_time;
  e.from = report_time - 28 * day;
  e.counts = {events, bad};
  e.recent = {events / 1000, recent_bad};
  e.coverage = 0.987;
  e.observed_seconds = 20 * 86400;
  return e;
}

/// Hours over 28 days with `per_hour` events; `bad` of them within [from, from + hours).
inline history hourly(const objective& o, double per_hour, double bad, int from, int hours) {
  history out;
  out.from = report_time - 28 * day;
  out.step = 3'600'000;
  out.unit = unit_of(o);
  for (int i = 0; i < 28 * 24; ++i) {
    history_point p;
    p.at = out.from + out.step * (i + 1);
    p.used = {per_hour, i >= from && i < from + hours ? bad : 0};
    p.burn_rate = *p.used.error_ratio() / o.budget().to_double();
    p.coverage = i % 100 == 0 ? 0.5 : 1;
    out.points.push_back(p);
  }
  return out;
}

inline correction maintenance(unix_millis from, unix_millis to) {
  correction c;
  c.kind = correction_kind::maintenance;
  c.slos = {"web"};
  c.from = from;
  c.to = to;
  c.by = "ana@example.org";
  c.why = "The database was upgraded. " + nasty;
  c.file = "slo/corrections.yaml";
  c.line = 3;
  return c;
}

/// A black-box objective of the same service.
inline objective walks() {
  auto o = example("0.99");
  o.id = o.name = "critical-path";
  o.display_name = "The critical path works from outside";
  measure(o, ratio(R"(remora_probe_runs_total{scenario="path",outcome="passed"})",
                   R"(remora_probe_runs_total{scenario="path"})"));
  return o;
}

inline objective sliced(bool whole) {
  auto o = example("0.95");
  o.id = o.name = whole ? "good-minutes" : "minutes";
  o.display_name = "Minutes that were good";
  o.slices = time_slices{5, whole ? decimal::parse("0.9") : std::nullopt};
  return o;
}

inline objective approximated() {
  auto o = example("0.9");
  o.id = o.name = "queue-age";
  o.display_name = "The queue is short";
  o.counters.reset();
  o.sli = threshold_metric{{"max(queue_age_seconds)", {}, std::nullopt, {}}};
  o.limit = value_limit{comparison::lt, *decimal::parse("30")};
  return o;
}

inline objective composed() {
  objective o;
  o.id = o.name = "journey";
  o.service = "shop";
  o.display_name = "The whole journey";
  o.period = example().period;
  o.members = {{"web", *decimal::parse("2")}, {"critical-path", decimal(1, 0)}};
  return o;
}

inline evidence measured_evidence(budget_unit unit, tally used, tally recently) {
  auto e = counted_evidence(0, 0, 0);
  e.unit = unit;
  e.measured = used;
  e.measured_recently = recently;
  return e;
}

/// All of them: `web` within budget thanks to its maintenance, `critical-path` spent, slices,
/// minutes, a composite, and one without data.
inline report every_kind() {
  auto web = example();
  web.description = nasty;
  auto lost = example();
  lost.id = lost.name = "lost";
  auto nothing = counted_evidence(0, 0, 0);
  nothing.problem = "no data: requests_total has no samples";
  nothing.coverage = 0;
  const std::vector<objective> all{web, walks(), sliced(false), approximated(), composed(), lost};
  auto composite = counted_evidence(0, 0, 0);
  composite.unit = budget_unit::burn;
  composite.burn = 4.5;
  composite.recent_burn = 1;
  std::vector<evidence> seen{counted_evidence(67200, 900, 0),
                             counted_evidence(6720, 120, 0),
                             measured_evidence(budget_unit::slices, {8000, 100.5}, {1, 0.25}),
                             measured_evidence(budget_unit::minutes, {40000, 1000}, {5, 0}),
                             composite,
                             nothing};
  seen[0].resets = 2;
  seen[0].unknown_starts = 1;
  auto out = make_report(all, seen, "http://localhost:9090", report_time);
  report_extras extras;
  extras.past = {hourly(web, 100, 90, 500, 10),
                 hourly(walks(), 10, 6, 300, 20),
                 hourly(sliced(false), 12, 10, 600, 10),
                 hourly(approximated(), 60, 50, 20, 20),
                 {},
                 {}};
  extras.past[4].problem = extras.past[5].problem = "the recording rules have no data of it";
  const auto begin = report_time - 28 * day + 500 * 3'600'000LL;
  static const std::vector<correction> corrections{maintenance(begin, begin + 8 * 3'600'000LL)};
  const auto windows = windows_of(web, corrections, seen[0].from, seen[0].to);
  extras.corrected.resize(all.size());
  extras.corrected[0] = correct(seen[0], windows, {counted_evidence(800, 720, 0)});
  complete(out, std::move(extras));
  out.weekly = true;
  return out;
}

}  // namespace slo::tests
