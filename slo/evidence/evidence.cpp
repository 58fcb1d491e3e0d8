#include "slo/evidence/evidence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "slo/evidence/event_bins.hpp"
#include "slo/model/calendar.hpp"

namespace slo {

namespace {

/// Counters of one scrape are read one after the other while requests end: the good ones may be
/// ahead by what is in flight.
constexpr std::int64_t in_flight_tolerance = 1000;

/// What (from, to] counted; a problem is put into `out`.
event_counts count(const objective& o, const raw_samples& samples,
                   const std::vector<target_history>& targets, unix_millis from, unix_millis to,
                   evidence& out) {
  const auto total = increase_of(samples.total, targets, from, to);
  const auto part = increase_of(samples.part, targets, from, to);
  if (!total.has_value() || !part.has_value()) {
    out.problem = total.has_value() ? part.error() : total.error();
    return {};
  }
  out.resets = std::max(out.resets, total->resets);
  out.unknown_starts = std::max(out.unknown_starts, total->unknown_starts);
  const bool good = o.counters->part_is == event_kind::good;
  if (part->events - total->events > in_flight_tolerance) {
    out.problem = std::string("there are more ") + (good ? "good" : "bad") + " events (" +
                  std::to_string(part->events) + ") than events (" + std::to_string(total->events) +
                  ")";
    return {};
  }
  const auto bad = good ? total->events - part->events : part->events;
  return {total->events, std::clamp<std::int64_t>(bad, 0, total->events)};
}

/// What was recorded of an objective, of all groups of one that is grouped by labels.
std::vector<double> recorded_groups(const std::vector<time_series>& recorded,
                                    std::string_view metric, const objective& o,
                                    std::string_view window) {
  std::vector<double> out;
  for (const auto& s : recorded) {
    if (s.label("__name__") == metric && s.label("slo_id") == o.id && s.label("window") == window &&
        !s.samples.empty() && std::isfinite(s.samples.back().value)) {
      out.push_back(s.samples.back().value);
    }
  }
  return out;
}

/// Counts of all groups together.
std::optional<double> recorded_sum(const std::vector<time_series>& recorded,
                                   std::string_view metric, const objective& o,
                                   std::string_view window) {
  const auto groups = recorded_groups(recorded, metric, o, window);
  if (groups.empty()) return std::nullopt;
  return std::accumulate(groups.begin(), groups.end(), 0.0);
}

/// Shares: the mean of the groups.
std::optional<double> recorded_mean(const std::vector<time_series>& recorded,
                                    std::string_view metric, const objective& o,
                                    std::string_view window) {
  const auto groups = recorded_groups(recorded, metric, o, window);
  if (groups.empty()) return std::nullopt;
  return std::accumulate(groups.begin(), groups.end(), 0.0) / static_cast<double>(groups.size());
}

std::optional<event_counts> recorded_counts(const std::vector<time_series>& recorded,
                                            const objective& o, std::string_view window) {
  const auto events = recorded_sum(recorded, "slo:events:sum", o, window);
  const auto bad = recorded_sum(recorded, "slo:bad_events:sum", o, window);
  if (!events || !bad) return std::nullopt;
  const auto total = std::llround(*events);
  const auto some = std::llround(*bad);
  return event_counts{total, std::clamp<std::int64_t>(some, 0, std::max<std::int64_t>(total, 0))};
}

/// Slices by their sums; what is only known as a ratio of time, by the time that has data.
std::optional<tally> recorded_tally(const std::vector<time_series>& recorded, const objective& o,
                                    std::string_view window, double minutes) {
  if (unit_of(o) == budget_unit::slices) {
    const auto slices = recorded_sum(recorded, "slo:events:sum", o, window);
    const auto bad = recorded_sum(recorded, "slo:bad_events:sum", o, window);
    if (!slices || !bad) return std::nullopt;
    return tally{*slices, std::clamp(*bad, 0.0, std::max(*slices, 0.0))};
  }
  const auto ratio = recorded_mean(recorded, "slo:error:ratio", o, window);
  const auto coverage = recorded_mean(recorded, "slo:coverage:ratio", o, window);
  if (!ratio || !coverage) return std::nullopt;
  const double with_data = *coverage * minutes;
  return tally{with_data, std::clamp(*ratio, 0.0, 1.0) * with_data};
}

/// The slices that ended in (from, to].
tally slices_between(const objective& o, const raw_samples& samples,
                     const std::vector<target_history>& targets, unix_millis from, unix_millis to,
                     evidence& out) {
  const auto range = slices_within(o, from, to);
  const auto bins = bins_of(o, samples, targets, range.from, range.step, range.count);
  if (bins.has_value()) return slices_of(o, *bins);
  out.problem = bins.error();
  return {};
}

std::optional<double> rate_of(const objective& o, const tally& used) {
  const auto ratio = used.error_ratio();
  if (!ratio) return std::nullopt;
  return *ratio / o.budget().to_double();
}

tally tally_of(const event_counts& counts) {
  return {static_cast<double>(counts.events), static_cast<double>(counts.bad)};
}

}  // namespace

const char* to_label(budget_unit u) noexcept {
  switch (u) {
    case budget_unit::events: return "events";
    case budget_unit::slices: return "slices";
    case budget_unit::minutes: return "minutes";
    case budget_unit::burn: return "burn";
  }
  return "events";
}

budget_unit unit_of(const objective& o) {
  if (o.composite()) return budget_unit::burn;
  if (o.slices) return budget_unit::slices;
  return o.counters ? budget_unit::events : budget_unit::minutes;
}

tally used_of(const evidence& seen) {
  return seen.unit == budget_unit::events ? tally_of(seen.counts) : seen.measured;
}

tally used_recently(const evidence& seen) {
  return seen.unit == budget_unit::events ? tally_of(seen.recent) : seen.measured_recently;
}

std::optional<double> error_ratio(const evidence& seen) {
  return used_of(seen).error_ratio();
}

std::optional<double> burn_rate(const objective& o, const evidence& seen) {
  return o.composite() ? seen.burn : rate_of(o, used_of(seen));
}

std::optional<double> recent_burn_rate(const objective& o, const evidence& seen) {
  return o.composite() ? seen.recent_burn : rate_of(o, used_recently(seen));
}

std::optional<double> budget_left(const objective& o, const evidence& seen) {
  const auto burn = burn_rate(o, seen);
  if (!burn) return std::nullopt;
  return 1 - *burn;
}

unix_millis period_start(const period& p, unix_millis at) {
  if (p.aligned) return bounds_at(*p.aligned, at / 1000).start * 1000;
  return at - static_cast<unix_millis>(p.minutes) * 60'000;
}

const char* to_label(evidence_source s) noexcept {
  switch (s) {
    case evidence_source::raw: return "raw";
    case evidence_source::rules: return "rules";
    case evidence_source::run: return "run";
  }
  return "raw";
}

std::optional<double> burn_rate(const objective& o, const event_counts& counts) {
  const auto ratio = counts.error_ratio();
  if (!ratio) return std::nullopt;
  return *ratio / o.budget().to_double();
}

std::optional<double> budget_left(const objective& o, const event_counts& counts) {
  const auto burn = burn_rate(o, counts);
  if (!burn) return std::nullopt;
  return 1 - *burn;
}

evidence raw_evidence(const objective& o, const raw_samples& samples, unix_millis from,
                      unix_millis to) {
  evidence out;
  out.from = from;
  out.to = to;
  const auto targets = targets_of(samples.up, samples.started);
  const auto coverage = coverage_of(samples.total, targets, from, to);
  if (coverage.seen == 0) {
    out.problem = "no data: " + o.counters->total.to_string() + " has no samples";
    return out;
  }
  // Of another metric, nothing at all means that the query is wrong, not that nothing was bad.
  const auto& part = o.counters->part;
  if (samples.part.empty() && part.metric != o.counters->total.metric) {
    out.problem = "no data: " + part.to_string() + " has no samples";
    return out;
  }
  out.coverage = coverage.ratio();
  out.newest = coverage.last;
  out.observed_seconds = static_cast<double>(to - coverage.first) / 1000;

  out.unit = unit_of(o);
  out.counts = count(o, samples, targets, from, to, out);
  if (o.slices) {
    // Whole events were checked; what the budget is counted in are slices.
    out.counts = {};
    out.measured = slices_between(o, samples, targets, from, to, out);
    const auto recently = std::max<unix_millis>(recent_millis, o.slices->minutes * 2 * 60'000);
    out.measured_recently =
        slices_between(o, samples, targets, std::max(from, to - recently), to, out);
    return out;
  }
  if (out.problem.empty()) {
    out.recent = count(o, samples, targets, std::max(from, to - recent_millis), to, out);
  }
  return out;
}

std::string rules_query(const std::vector<objective>& objectives) {
  std::set<std::string> windows{"5m"};
  for (const auto& o : objectives) windows.insert(o.period.label);
  std::string any;
  for (const auto& window : windows) any += (any.empty() ? "" : "|") + window;
  return R"q({__name__=~"slo:(events:sum|bad_events:sum|error:ratio|coverage:ratio)",window=~)q" +
         promql_string(any) + "}";
}

std::string since_query(const period& longest) {
  const std::string minutes = "timestamp(slo:total:delta1m)";
  return "min by (slo_id) (min_over_time(" + minutes + "[" + std::to_string(longest.minutes / 60) +
         "h:1h]) or min_over_time(" + minutes + "[1h:1m]) or " + minutes + ")";
}

std::optional<evidence> rules_evidence(const objective& o, const recorded_series& recorded,
                                       unix_millis at) {
  if (o.composite()) return std::nullopt;
  evidence out;
  out.source = evidence_source::rules;
  out.unit = unit_of(o);
  out.to = at;
  out.from = period_start(o.period, at);
  const double period = static_cast<double>(at - out.from) / 1000;
  // The rules know a period of the calendar by its nominal length, whatever part of it has passed.
  const double nominal = static_cast<double>(o.period_minutes()) * 60;
  const auto coverage = recorded_mean(recorded.values, "slo:coverage:ratio", o, o.period.label);
  if (!coverage) return std::nullopt;
  if (out.unit == budget_unit::events) {
    const auto counts = recorded_counts(recorded.values, o, o.period.label);
    if (!counts || counts->events <= 0) return std::nullopt;
    out.counts = *counts;
    out.recent = recorded_counts(recorded.values, o, "5m").value_or(event_counts{});
  } else {
    const auto used = recorded_tally(recorded.values, o, o.period.label, nominal / 60);
    if (!used || used->total <= 0) return std::nullopt;
    out.measured = *used;
    out.measured_recently = recorded_tally(recorded.values, o, "5m", 5).value_or(tally{});
  }
  const double with_data = std::min(*coverage * nominal, period);
  const auto since = recorded_mean(recorded.since, "", o, "");
  const double first = since.value_or(0);
  // A delta for each whole minute since the first one, and that one.
  const double elapsed =
      since ? (std::floor((static_cast<double>(at) / 1000 - first) / 60) + 1) * 60 : with_data;
  out.observed_seconds = std::clamp(elapsed, with_data, std::max(with_data, period));
  out.coverage = with_data / out.observed_seconds;
  return out;
}

}  // namespace slo
