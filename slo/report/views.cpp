#include "slo/report/views.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "slo/commands/time_text.hpp"

namespace slo {

namespace {

constexpr std::size_t most_periods = 5;
/// A claim is wrong when one of two bounds is, and there are two claims to be made.
constexpr double bound_alpha = view_alpha / 4;

bool counted_by_probes(const std::string& metric) {
  return metric.starts_with("remora_probe_") || metric.starts_with("probe_");
}

seen_error seen_of(const tally& used, double alpha) {
  const trial counted{std::llround(used.total), std::llround(std::max(0.0, used.bad)), 0.5};
  return {used, interval_of(counted, alpha, gate_method::fixed)};
}

disagreement between(const seen_error& outside, const seen_error& inside) {
  if (outside.used.total < 1 || inside.used.total < 1) return disagreement::too_little;
  if (outside.interval.low > inside.interval.high) return disagreement::outside_worse;
  if (inside.interval.low > outside.interval.high) return disagreement::inside_worse;
  return disagreement::none;
}

/// Points at the same time in both.
struct shared_point {
  unix_millis from, to;
  tally outside, inside;
};

std::vector<shared_point> shared_points(const history& outside, const history& inside) {
  std::map<unix_millis, const history_point*> by_time;
  for (const auto& p : inside.points) by_time.emplace(p.at, &p);
  std::vector<shared_point> out;
  if (outside.step != inside.step) return out;
  for (const auto& p : outside.points) {
    const auto found = by_time.find(p.at);
    if (found == by_time.end() || p.coverage <= 0 || found->second->coverage <= 0) continue;
    out.push_back({p.at - outside.step, p.at, p.used, found->second->used});
  }
  return out;
}

/// How far apart two intervals are; what sorts the worst to the front.
double distance(const disagreeing_period& p) {
  return std::max(p.outside.interval.low - p.inside.interval.high,
                  p.inside.interval.low - p.outside.interval.high);
}

/// Neighbours that say the same.
disagreeing_period joined(const disagreeing_period& a, const disagreeing_period& b, double alpha) {
  const auto both = [&](const seen_error& x, const seen_error& y) {
    return seen_of({x.used.total + y.used.total, x.used.bad + y.used.bad}, alpha);
  };
  return {a.from, b.to, a.what, both(a.outside, b.outside), both(a.inside, b.inside)};
}

std::vector<disagreeing_period> disagreeing(const std::vector<shared_point>& points) {
  std::vector<disagreeing_period> out;
  // One wrong claim among all of them, not one each.
  const double alpha = bound_alpha / static_cast<double>(std::max<std::size_t>(1, points.size()));
  for (const auto& p : points) {
    disagreeing_period one{p.from, p.to, {}, seen_of(p.outside, alpha), seen_of(p.inside, alpha)};
    one.what = between(one.outside, one.inside);
    const bool clear =
        one.what == disagreement::outside_worse || one.what == disagreement::inside_worse;
    if (!clear) continue;
    if (!out.empty() && out.back().to == one.from && out.back().what == one.what) {
      one = joined(out.back(), one, alpha);
      out.pop_back();
    }
    out.push_back(one);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return distance(a) > distance(b); });
  if (out.size() > most_periods) out.resize(most_periods);
  return out;
}

constexpr const char* other_periods =
    "Their periods differ, and without histories (--markdown, --html, --weekly) they are not of "
    "the "
    "same time.";

std::string reason_of(const view_comparison& c) {
  switch (c.what) {
    case disagreement::outside_worse:
      return "Probes see failures that the sidecar does not: look at the path in front of it "
             "(client, DNS, TLS, edge).";
    case disagreement::inside_worse:
      return "Users see failures that probes do not: look at what the scenario does not cover "
             "(routes, parameters, load).";
    case disagreement::none:
      return "The intervals overlap: nothing shows that the two see different things.";
    case disagreement::too_little: return "One of the two has no events to compare.";
  }
  return {};
}

view_comparison compare(const viewed& outside, const viewed& inside) {
  view_comparison out;
  out.service = outside.what->service;
  out.outside_id = outside.what->id;
  out.inside_id = inside.what->id;
  out.from = std::max(outside.seen->from, inside.seen->from);
  out.to = std::min(outside.seen->to, inside.seen->to);
  auto used_outside = used_of(*outside.seen), used_inside = used_of(*inside.seen);
  bool same_time = outside.seen->from == inside.seen->from;
  if (outside.past && inside.past) {
    const auto points = shared_points(*outside.past, *inside.past);
    if (!points.empty()) {
      used_outside = used_inside = {};
      for (const auto& p : points) {
        used_outside = {used_outside.total + p.outside.total, used_outside.bad + p.outside.bad};
        used_inside = {used_inside.total + p.inside.total, used_inside.bad + p.inside.bad};
      }
      same_time = true;
      out.from = points.front().from;
      out.to = points.back().to;
      out.periods = disagreeing(points);
    }
  }
  out.outside = seen_of(used_outside, bound_alpha);
  out.inside = seen_of(used_inside, bound_alpha);
  out.what = same_time ? between(out.outside, out.inside) : disagreement::too_little;
  out.reason = same_time ? reason_of(out) : other_periods;
  return out;
}

}  // namespace

const char* to_label(view v) noexcept {
  return v == view::black_box ? "black-box" : "white-box";
}

const char* to_label(disagreement d) noexcept {
  switch (d) {
    case disagreement::none: return "none";
    case disagreement::outside_worse: return "outside_worse";
    case disagreement::inside_worse: return "inside_worse";
    case disagreement::too_little: return "too_little";
  }
  return "none";
}

std::optional<view> view_of(const objective& o) {
  if (const auto label = o.labels.find(view_label); label != o.labels.end()) {
    if (label->second == to_label(view::black_box)) return view::black_box;
    if (label->second == to_label(view::white_box)) return view::white_box;
    return std::nullopt;
  }
  if (!o.counters) return std::nullopt;
  return counted_by_probes(o.counters->total.metric) ? view::black_box : view::white_box;
}

std::vector<view_comparison> compare_views(const std::vector<viewed>& objectives) {
  const auto is = [](const viewed& v, view which) {
    return unit_of(*v.what) == budget_unit::events && view_of(*v.what) == which;
  };
  std::vector<view_comparison> out;
  for (const auto& outside : objectives) {
    if (!is(outside, view::black_box)) continue;
    for (const auto& inside : objectives) {
      if (is(inside, view::white_box) && inside.what->service == outside.what->service) {
        out.push_back(compare(outside, inside));
      }
    }
  }
  return out;
}

}  // namespace slo
