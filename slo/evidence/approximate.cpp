#include "slo/evidence/approximate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "slo/evidence/event_bins.hpp"
#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

constexpr unix_millis minute = 60'000;
constexpr long least_window = 2;  // minutes: a rate needs some scrapes; the recording rules' too
constexpr std::size_t most_steps = 10'000;

using value_by_time = std::map<unix_millis, double>;
using values_by_time = std::map<unix_millis, std::vector<double>>;

/// The values of all series at each time that has some.
values_by_time values_in(const std::vector<time_series>& series) {
  values_by_time out;
  for (const auto& s : series) {
    for (const auto& value : s.samples) {
      if (std::isfinite(value.value)) out[value.at].push_back(value.value);
    }
  }
  return out;
}

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

bool keeps(double value, const value_limit& limit) {
  const double bound = limit.limit.to_double();
  switch (limit.op) {
    case comparison::lte: return value <= bound;
    case comparison::gte: return value >= bound;
    case comparison::lt: return value < bound;
    case comparison::gt: return value > bound;
  }
  return false;
}

double bad_share(double value, event_kind part_is) {
  const double share = std::clamp(value, 0.0, 1.0);
  return part_is == event_kind::good ? 1 - share : share;
}

/// The error ratio of each step that has one, as the recording rules see it: ratios of sums, means
/// of what several series say by themselves.
value_by_time error_ratios(const objective& o, const looked_up& values) {
  value_by_time out;
  const auto seen = values_in(values.value);
  if (const auto* ratio = std::get_if<ratio_metric>(&o.sli)) {
    for (const auto& [at, totals] : values_in(values.total)) {
      const double total = sum_of(totals);
      if (!(total > 0)) continue;
      const auto part = seen.find(at);
      out[at] = bad_share(part == seen.end() ? 0 : sum_of(part->second) / total, ratio->part_is);
    }
    return out;
  }
  const auto* raw = std::get_if<raw_metric>(&o.sli);
  for (const auto& [at, several] : seen) {
    double bad = 0;
    for (const double value : several) {
      bad += raw ? bad_share(value, raw->part_is) : o.limit && keeps(value, *o.limit) ? 0 : 1;
    }
    out[at] = bad / static_cast<double>(several.size());
  }
  return out;
}

}  // namespace

look look_at(const objective& o, unix_millis from, unix_millis to) {
  if (o.slices) {
    const auto slices = slices_within(o, from, to);
    return {slices.from, slices.step, slices.count,
            std::max<long>(o.slices->minutes, least_window)};
  }
  const auto minutes = std::max<unix_millis>(1, (to - from) / minute);
  const auto each =
      (minutes + static_cast<unix_millis>(most_steps) - 1) / static_cast<unix_millis>(most_steps);
  return {to - minutes / each * each * minute, each * minute,
          static_cast<std::size_t>(minutes / each), std::max<long>(each, least_window)};
}

std::string asked_query(const sli_query& query, const look& how) {
  std::string out;
  std::string_view rest = query.text;
  for (;;) {
    const auto begin = rest.find("{{");
    const auto end = rest.find("}}", begin);
    if (begin == rest.npos || end == rest.npos) return out.append(rest);
    out += rest.substr(0, begin);
    out += span_label(how.window_minutes);
    rest.remove_prefix(end + 2);
  }
}

history approximate_history(const objective& o, const looked_up& values, const look& how) {
  history out{how.from, how.step, evidence_source::raw, unit_of(o), {}, {}};
  const auto ratios = error_ratios(o, values);
  const double weight = o.slices ? 1 : static_cast<double>(how.step) / minute;
  for (std::size_t i = 1; i <= how.count; ++i) {
    history_point point;
    point.at = how.from + how.step * static_cast<unix_millis>(i);
    if (const auto found = ratios.find(point.at); found != ratios.end()) {
      const double bad = o.slices ? slice_badness(*o.slices, found->second) : found->second;
      point.used = {weight, weight * bad};
      point.burn_rate = bad / o.budget().to_double();
      point.coverage = 1;
    }
    out.points.push_back(point);
  }
  return out;
}

evidence approximate_evidence(const objective& o, const history& of, unix_millis from,
                              unix_millis to) {
  evidence out;
  out.unit = unit_of(o);
  out.from = from;
  out.to = to;
  out.problem = of.problem;
  out.measured = total_of(of);
  out.measured_recently = total_of(part_of(of, to - std::max(recent_millis, of.step), to));
  const auto first = std::find_if(of.points.begin(), of.points.end(),
                                  [](const auto& p) { return p.coverage > 0; });
  if (first == of.points.end()) {
    if (out.problem.empty()) out.problem = "no data: the query has no values";
    return out;
  }
  const auto last = std::find_if(of.points.rbegin(), of.points.rend(),
                                 [](const auto& p) { return p.coverage > 0; });
  out.newest = last->at;
  out.observed_seconds = static_cast<double>(to - (first->at - of.step)) / 1000;
  double seen = 0;
  for (auto p = first; p != of.points.end(); ++p) seen += p->coverage;
  out.coverage = seen / static_cast<double>(of.points.end() - first);
  return out;
}

}  // namespace slo
