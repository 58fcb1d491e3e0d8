#include "slo/evidence/history.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "slo/evidence/event_bins.hpp"
#include "slo/model/selector.hpp"

namespace slo {

namespace {

constexpr unix_millis minute = 60'000;
constexpr unix_millis hour = 60 * minute;
constexpr unix_millis fine_history = 24 * hour;  // up to here in steps of five minutes

const char* window_of(unix_millis step) {
  return step < hour ? "5m" : "1h";
}

/// What the rules recorded at one instant.
struct recorded_instant {
  std::optional<double> events, bad, ratio, burn, coverage;
  int groups = 0;
};

std::optional<double>* member_of(recorded_instant& into, std::string_view metric) {
  if (metric == "slo:events:sum") return &into.events;
  if (metric == "slo:bad_events:sum") return &into.bad;
  if (metric == "slo:error:ratio") return &into.ratio;
  if (metric == "slo:burn_rate:ratio") return &into.burn;
  if (metric == "slo:coverage:ratio") return &into.coverage;
  return nullptr;
}

std::map<unix_millis, recorded_instant> by_instant(const std::vector<time_series>& recorded) {
  std::map<unix_millis, recorded_instant> out;
  for (const auto& series : recorded) {
    for (const auto& s : series.samples) {
      if (!std::isfinite(s.value)) continue;
      auto& at = out[s.at];
      const auto metric = series.label("__name__");
      auto* into = member_of(at, metric);
      if (!into) continue;
      *into = into->value_or(0) + s.value;
      if (metric == "slo:coverage:ratio") ++at.groups;
    }
  }
  // An objective that is grouped by labels: counts add up, shares are the groups' mean.
  for (auto& [time, at] : out) {
    for (auto* share : {&at.ratio, &at.burn, &at.coverage}) {
      if (*share && at.groups > 1) **share /= at.groups;
    }
  }
  return out;
}

tally tally_of(const recorded_instant& at, budget_unit unit, double minutes) {
  if (unit == budget_unit::minutes) {
    const double with_data = at.ratio ? at.coverage.value_or(1) * minutes : 0;
    return {with_data, at.ratio.value_or(0) * with_data};
  }
  if (unit == budget_unit::burn || !at.events) return {};
  return {*at.events, at.bad.value_or(0)};
}

std::optional<double> burn_of(const objective& o, const tally& used) {
  const auto ratio = used.error_ratio();
  if (!ratio) return std::nullopt;
  return *ratio / o.budget().to_double();
}

history_point joined(const std::vector<history_point>& points, std::size_t begin, std::size_t end,
                     budget_unit unit) {
  history_point out;
  double burn = 0, burnt = 0;
  std::optional<double> budget;  // from a point that has both: burn rate = error ratio / budget
  for (std::size_t i = begin; i < end; ++i) {
    const auto& p = points[i];
    out.used = {out.used.total + p.used.total, out.used.bad + p.used.bad};
    out.coverage += p.coverage;
    if (p.burn_rate) {
      burn += *p.burn_rate * p.coverage;
      burnt += p.coverage;
      if (*p.burn_rate > 0 && p.used.bad > 0) budget = *p.used.error_ratio() / *p.burn_rate;
    }
  }
  out.at = points[end - 1].at;
  out.coverage /= static_cast<double>(end - begin);
  if (unit == budget_unit::burn) {
    if (burnt > 0) out.burn_rate = burn / burnt;
  } else if (const auto ratio = out.used.error_ratio()) {
    out.burn_rate = budget ? *ratio / *budget : 0;
  }
  return out;
}

}  // namespace

unix_millis history_step(unix_millis from, unix_millis to) {
  if (to - from <= fine_history) return recent_millis;
  const auto points = static_cast<unix_millis>(most_history_points);
  return std::max<unix_millis>(1, ((to - from) / hour + points - 1) / points) * hour;
}

std::string history_query(const objective& o, unix_millis step) {
  return R"q({__name__=~"slo:(events:sum|bad_events:sum|error:ratio|burn_rate:ratio|coverage:ratio)",slo_id=)q" +
         promql_string(o.id) + ",window=\"" + window_of(step) + "\"}";
}

history recorded_history(const objective& o, const std::vector<time_series>& recorded,
                         unix_millis from, unix_millis to, unix_millis step) {
  history out{from, step, evidence_source::rules, unit_of(o), {}, {}};
  const auto instants = by_instant(recorded);
  const double minutes = static_cast<double>(step) / minute;
  for (auto at = from + step; at <= to; at += step) {
    history_point point;
    point.at = at;
    if (const auto found = instants.find(at); found != instants.end()) {
      const auto& there = found->second;
      point.used = tally_of(there, out.unit, minutes);
      point.burn_rate = out.unit == budget_unit::burn ? there.burn : burn_of(o, point.used);
      point.coverage = std::clamp(there.coverage.value_or(there.burn ? 1 : 0), 0.0, 1.0);
    }
    out.points.push_back(point);
  }
  if (instants.empty()) out.problem = "the recording rules have no data of it";
  return out;
}

history raw_history(const objective& o, const raw_samples& samples, unix_millis from,
                    unix_millis to, unix_millis step) {
  history out{from, step, evidence_source::raw, unit_of(o), {}, {}};
  if (o.slices) {
    const auto slices = slices_within(o, from, to);
    out.from = slices.from;
    out.step = slices.step;
  }
  const auto count =
      out.from < to ? static_cast<std::size_t>((to - out.from) / out.step) : std::size_t{0};
  const auto targets = targets_of(samples.up, samples.started);
  const auto bins = bins_of(o, samples, targets, out.from, out.step, count);
  if (bins.has_error()) {
    out.problem = bins.error();
    return out;
  }
  for (std::size_t i = 0; i < count; ++i) {
    history_point point;
    point.at = out.from + out.step * static_cast<unix_millis>(i + 1);
    const auto& bin = bins->bins[i];
    if (o.slices) {
      point.used = slices_of(o, {0, 0, {bin}});
    } else {
      point.used = {static_cast<double>(bin.events), static_cast<double>(bin.bad)};
    }
    point.burn_rate = burn_of(o, point.used);
    point.coverage = coverage_of(samples.total, targets, point.at - out.step, point.at).ratio();
    out.points.push_back(point);
  }
  return out;
}

history coarser(const history& of, std::size_t most) {
  if (of.points.size() <= most || most == 0) return of;
  const auto join = (of.points.size() + most - 1) / most;
  history out = of;
  out.points.clear();
  // Whole steps only, the newest complete: what does not fill one at the beginning is a short one.
  const auto odd = of.points.size() % join;
  out.step = of.step * static_cast<unix_millis>(join);
  out.from = of.to();
  std::size_t begin = 0;
  for (auto end = odd == 0 ? join : odd; end <= of.points.size(); end += join) {
    out.points.push_back(joined(of.points, begin, end, of.unit));
    begin = end;
    out.from -= out.step;
  }
  return out;
}

history part_of(const history& of, unix_millis from, unix_millis to) {
  history out = of;
  out.points.clear();
  for (const auto& p : of.points) {
    if (p.at > from && p.at <= to) out.points.push_back(p);
  }
  if (!out.points.empty()) out.from = out.points.front().at - of.step;
  return out;
}

tally total_of(const history& of) {
  tally out;
  for (const auto& p : of.points) {
    out = {out.total + p.used.total, out.bad + p.used.bad};
  }
  out.bad = std::clamp(out.bad, 0.0, std::max(0.0, out.total));
  return out;
}

std::optional<double> burn_rate_over(const objective& o, const history& of) {
  if (of.unit != budget_unit::burn) return burn_of(o, total_of(of));
  double sum = 0, weight = 0;
  for (const auto& p : of.points) {
    if (!p.burn_rate) continue;
    sum += *p.burn_rate * p.coverage;
    weight += p.coverage;
  }
  if (weight == 0) return std::nullopt;
  return sum / weight;
}

namespace {

/// The share of the whole history's budget that each point spent.
std::vector<double> spent_by_point(const objective& o, const history& of) {
  const bool composite = of.unit == budget_unit::burn;
  double whole = 0;
  for (const auto& p : of.points) {
    whole += composite ? (p.burn_rate ? p.coverage : 0) : p.used.total * o.budget().to_double();
  }
  std::vector<double> out;
  for (const auto& p : of.points) {
    const double part = composite ? p.burn_rate.value_or(0) * p.coverage : p.used.bad;
    out.push_back(whole > 0 ? part / whole : 0);
  }
  return out;
}

}  // namespace

std::vector<std::optional<double>> burn_down(const objective& o, const history& of) {
  std::vector<std::optional<double>> out;
  double left = 1;
  bool begun = false;
  const auto spent = spent_by_point(o, of);
  for (std::size_t i = 0; i < of.points.size(); ++i) {
    begun |= of.points[i].burn_rate.has_value();
    left -= spent[i];
    out.push_back(begun ? std::optional(left) : std::nullopt);
  }
  return out;
}

std::vector<bad_period> worst_periods(const objective& o, const history& of, std::size_t most) {
  std::vector<bad_period> out;
  const auto spent = spent_by_point(o, of);
  bool within = false;
  for (std::size_t i = 0; i < of.points.size(); ++i) {
    const auto& p = of.points[i];
    const bool bad = p.burn_rate.value_or(0) > 1;
    if (bad && !within) out.push_back({p.at - of.step, 0, {}, 0, 0});
    if (bad) {
      auto& last = out.back();
      last.to = p.at;
      last.used = {last.used.total + p.used.total, last.used.bad + p.used.bad};
      last.budget_spent += spent[i];
      last.highest_burn_rate = std::max(last.highest_burn_rate, *p.burn_rate);
    }
    within = bad;
  }
  std::stable_sort(out.begin(), out.end(), [](const bad_period& a, const bad_period& b) {
    return a.budget_spent > b.budget_spent;
  });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace slo
