#include "tests/rules/slo/synthetic_objectives.hpp"

#include <utility>

#include "tests/unit/slo_example.hpp"

namespace slo::tests {

namespace {

constexpr long hour = 60;
constexpr long day = 24 * hour;
using unit = calendar_alignment::unit;

objective named(const char* name, const char* target = "0.99", int days = 28) {
  auto o = example(target, days);
  o.id = o.name = name;
  o.display_name = std::string("SLO ") + name;
  return o;
}

objective sliced(const char* name, int minutes, const char* slice_target,
                 const char* target = "0.99") {
  auto o = named(name, target);
  o.slices = time_slices{minutes, {}};
  if (slice_target) o.slices->target = decimal::parse(slice_target);
  return o;
}

objective by_calendar(objective o, unit each, int count, const char* label, long minutes,
                      const char* start = "2024-01-01 00:00:00", const char* zone = "UTC") {
  o.period = {label, minutes, calendar_alignment{each, count, start, zone}};
  return o;
}

sli_query query(const char* text) {
  return {text, {}, std::nullopt, {}};
}

objective measured_by(objective o, sli_metric sli) {
  o.sli = std::move(sli);
  o.counters.reset();
  return o;
}

objective measured_by(objective o, const ratio_metric& exact) {
  measure(o, exact);
  return o;
}

objective over_threshold(const char* name, const char* text, comparison op, const char* limit) {
  auto o = measured_by(named(name), sli_metric(threshold_metric{query(text)}));
  o.limit = value_limit{op, *decimal::parse(limit)};
  return o;
}

alert_policy policy(const char* name, comparison op, const char* threshold, long lookback,
                    long after) {
  alert_policy out;
  out.name = name;
  out.severity = "page";
  out.op = op;
  out.threshold = *decimal::parse(threshold);
  out.lookback_minutes = lookback;
  out.after_minutes = after;
  out.targets = {{"on-call", "pagerduty", ""}};
  return out;
}

objective with_policy(objective o, const alert_policy& p) {
  o.policies.push_back(p);
  return o;
}

void add_occurrences(std::vector<objective>& out) {
  out.push_back(named("occurrences"));
  out.push_back(named("occurrences-three-nines", "0.999"));
  out.push_back(named("occurrences-loose", "0.93", 7));
  out.push_back(named("occurrences-a-day", "0.95", 1));
  out.push_back(named("occurrences-three-days", "0.95", 3));
  out.push_back(named("occurrences-90d", "0.995", 90));
  out.push_back(measured_by(named("bad-events"), ratio(R"(requests_total{code=~"5.."})",
                                                       "requests_total", event_kind::bad)));
  out.push_back(
      measured_by(named("not-failed"), ratio(R"(requests_total{code!~"5.."})", "requests_total")));
  out.push_back(measured_by(named("two-metrics"), ratio("fast_total", R"(all_total{job="web"})")));
  out.push_back(measured_by(named("histogram-bucket"),
                            ratio(R"(seconds_bucket{le=~"0\\.3"})", "seconds_count")));
  auto grouped = named("grouped");
  grouped.grouping = {"cluster", "tenant"};
  out.push_back(grouped);
  auto pinned = measured_by(
      named("grouped-by-what-is-selected"),
      ratio(R"(requests_total{zone=~"a|b",code="ok"})", R"(requests_total{zone=~"a|b"})"));
  pinned.grouping = {"zone"};
  out.push_back(pinned);
  // `web-2`: a second objective of the same SLO.
  auto second = named("occurrences", "0.95");
  second.id = "occurrences-2";
  out.push_back(second);
}

void add_slices(std::vector<objective>& out) {
  out.push_back(sliced("timeslices-1m", 1, "0.95"));
  out.push_back(sliced("timeslices-5m", 5, "0.9", "0.95"));
  out.push_back(sliced("timeslices-7m", 7, "0.9", "0.95"));
  out.push_back(sliced("timeslices-15m", 15, "0.99", "0.95"));
  out.push_back(sliced("timeslices-1h", 60, "0.99", "0.95"));
  out.push_back(sliced("timeslices-6h", 6 * 60, "0.99", "0.95"));
  out.push_back(sliced("ratio-timeslices-1m", 1, nullptr));
  out.push_back(sliced("ratio-timeslices-5m", 5, nullptr));
  auto grouped = sliced("ratio-timeslices-grouped", 5, nullptr);
  grouped.grouping = {"cluster"};
  out.push_back(grouped);
}

void add_calendars(std::vector<objective>& out) {
  out.push_back(by_calendar(named("calendar-day"), unit::day, 1, "1d", day));
  out.push_back(by_calendar(named("calendar-week"), unit::week, 1, "1w", 7 * day));
  out.push_back(by_calendar(named("calendar-month"), unit::month, 1, "1M", 30 * day));
  out.push_back(by_calendar(named("calendar-month-berlin"), unit::month, 1, "1M", 30 * day,
                            "2024-01-01 00:00:00", "Europe/Berlin"));
  out.push_back(by_calendar(named("calendar-day-kolkata"), unit::day, 1, "1d", day,
                            "2024-01-01 00:00:00", "Asia/Kolkata"));
  out.push_back(by_calendar(named("calendar-two-months"), unit::month, 2, "2M", 60 * day,
                            "2024-02-15 06:00:00"));
  out.push_back(
      by_calendar(sliced("calendar-timeslices", 5, "0.9", "0.95"), unit::month, 1, "1M", 30 * day));
  out.push_back(
      by_calendar(sliced("calendar-ratio-timeslices", 30, nullptr), unit::week, 2, "2w", 14 * day));
}

void add_approximate(std::vector<objective>& out) {
  out.push_back(measured_by(named("raw-success"),
                            sli_metric(raw_metric{event_kind::good, query("success_ratio")})));
  out.push_back(
      measured_by(named("raw-failure"),
                  sli_metric(raw_metric{event_kind::bad, query("avg(failure_ratio) # mean")})));
  out.push_back(over_threshold("threshold-upper", "queue_length", comparison::lte, "100"));
  out.push_back(
      over_threshold("threshold-quantile",
                     "histogram_quantile(0.99, sum by (le) (rate(seconds_bucket[{{.window}}])))",
                     comparison::lt, "0.3"));
  out.push_back(over_threshold("threshold-lower", "free_bytes", comparison::gt, "1000000"));
  auto sliced_threshold = over_threshold("threshold-timeslices", "depth", comparison::gte, "-1.5");
  sliced_threshold.slices = time_slices{5, decimal::parse("0.8")};
  out.push_back(sliced_threshold);
  out.push_back(measured_by(
      named("approximate-ratio"),
      sli_metric(ratio_metric{
          event_kind::good,
          query(R"(sum(rate(a_total{r="x"}[{{.window}}])) + sum(rate(b_total[{{ .window }}])))"),
          query("sum(rate(all_total[{{.window}}]))"), false})));
  auto grouped = measured_by(named("raw-grouped"),
                             sli_metric(raw_metric{event_kind::good, query("success_ratio")}));
  grouped.grouping = {"cluster"};
  out.push_back(grouped);
  out.push_back(
      by_calendar(measured_by(named("raw-calendar"),
                              sli_metric(raw_metric{event_kind::good, query("success_ratio")})),
                  unit::month, 1, "1M", 30 * day));
}

void add_policies(std::vector<objective>& out) {
  out.push_back(with_policy(named("policy-gt"), policy("fast", comparison::gt, "2", hour, 5)));
  out.push_back(with_policy(named("policy-gte"), policy("fast", comparison::gte, "10", 10, 0)));
  out.push_back(with_policy(named("policy-lt"), policy("unspent", comparison::lt, "2", hour, 0)));
  out.push_back(with_policy(named("policy-lte"), policy("unspent", comparison::lte, "2", hour, 5)));
  auto no_data = policy("gone", comparison::gt, "4", 30, 0);
  no_data.when_no_data = no_data.when_resolved = true;
  out.push_back(with_policy(named("policy-no-data"), no_data));
  auto only_no_data = no_data;
  only_no_data.when_breaching = false;
  out.push_back(with_policy(named("policy-only-no-data"), only_no_data));
  out.push_back(
      with_policy(named("policy-a-week"), policy("slow", comparison::gt, "1.5", 7 * day, 0)));
  out.push_back(with_policy(sliced("policy-timeslices", 5, "0.9", "0.95"),
                            policy("slices", comparison::gt, "4", hour, 0)));
}

/// Members first, as they are resolved.
void add_composite(std::vector<objective>& out, const char* name, std::vector<objective> members,
                   const std::vector<const char*>& weights) {
  auto whole = named(name);
  whole.target = decimal();
  whole.counters.reset();
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto& member = members[i];
    member.id = std::string(name) + "-" + std::to_string(i + 1);
    member.name = whole.name;
    member.part_of = whole.id;
    whole.grouping = member.grouping;
    whole.period = member.period;
    whole.members.push_back({member.id, *decimal::parse(weights[i])});
    out.push_back(std::move(member));
  }
  out.push_back(std::move(whole));
}

void add_composites(std::vector<objective>& out) {
  const auto requests = named("requests");
  const auto jobs = measured_by(
      named("jobs", "0.95"), ratio(R"(jobs_total{state="failed"})", "jobs_total", event_kind::bad));
  add_composite(out, "composite", {requests, jobs}, {"1", "1"});
  add_composite(out, "composite-weighted", {requests, jobs}, {"0.75", "0.25"});
  // Both count requests_total: no counters can be made up that tell them apart.
  add_composite(out, "composite-of-the-same", {requests, named("again", "0.999")}, {"1", "0.5"});
  add_composite(
      out, "composite-with-raw",
      {requests,
       measured_by(named("raw"), sli_metric(raw_metric{event_kind::bad, query("failure_ratio")}))},
      {"1", "2"});
  add_composite(out, "composite-calendar",
                {by_calendar(requests, unit::month, 1, "1M", 30 * day),
                 by_calendar(jobs, unit::month, 1, "1M", 30 * day)},
                {"1", "1"});
}

}  // namespace

std::vector<objective> synthetic_objectives() {
  std::vector<objective> out;
  add_occurrences(out);
  add_slices(out);
  add_calendars(out);
  add_approximate(out);
  add_policies(out);
  add_composites(out);
  return out;
}

}  // namespace slo::tests
