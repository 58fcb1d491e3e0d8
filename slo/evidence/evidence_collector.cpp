#include "slo/evidence/evidence_collector.hpp"

#include <algorithm>
#include <cmath>

#include "slo/evidence/approximate.hpp"
#include "slo/evidence/composite.hpp"
#include "slo/rules/delta_expression.hpp"

namespace slo {

namespace {

/// Up to here a window is read as a whole; for longer ones it is asked first where samples begin.
constexpr unix_millis short_window = 6 * 60 * 60 * 1000;
constexpr unix_millis search_step = 5 * 60 * 1000;  // how far back Prometheus looks for a value

using found_time = boost::system::result<unix_millis, prometheus_failure>;

found_time at(unix_millis t) {
  return found_time(boost::system::in_place_value, t);
}

/// The start of the counter's samples within the window, at most a search step too early.
core::task<found_time> first_sample(prometheus_client& client, std::string counter,
                                    unix_millis from, unix_millis to) {
  if (to - from <= short_window) co_return at(from);
  const auto oldest = co_await client.instant(
      "min(min_over_time(timestamp(" + counter + ")[" + std::to_string((to - from) / 1000) +
          "s:" + std::to_string(search_step / 1000) + "s]))",
      to);
  if (oldest.has_error()) co_return oldest.error();
  if (oldest->empty() || oldest->front().samples.empty()) co_return at(to - short_window);
  const auto found = std::llround(oldest->front().samples.front().value * 1000);
  co_return at(std::clamp<unix_millis>(found - search_step, from, to));
}

core::task<collected_of<evidence>> collect_raw(prometheus_client& client, const objective& o,
                                               unix_millis from, unix_millis to) {
  const auto samples = co_await collect_samples(client, o, from, to);
  if (samples.has_error()) co_return samples.error();
  co_return raw_evidence(o, *samples, from, to);
}

core::task<collected_of<history>> approximate(prometheus_client& client, const objective& o,
                                              look how) {
  looked_up values;
  const auto to = how.from + how.step * static_cast<unix_millis>(how.count);
  const auto* ratio = std::get_if<ratio_metric>(&o.sli);
  const auto* raw = std::get_if<raw_metric>(&o.sli);
  const auto& value = ratio ? ratio->part
                      : raw ? raw->value
                            : std::get<threshold_metric>(o.sli).value;
  auto first = co_await client.range(asked_query(value, how), how.from, to, how.step);
  if (first.has_error()) co_return first.error();
  values.value = std::move(*first);
  if (ratio) {
    auto total = co_await client.range(asked_query(ratio->total, how), how.from, to, how.step);
    if (total.has_error()) co_return total.error();
    values.total = std::move(*total);
  }
  co_return approximate_history(o, values, how);
}

/// From what the objective is measured by, not from the rules.
core::task<collected_of<evidence>> collect_direct(prometheus_client& client, const objective& o,
                                                  unix_millis from, unix_millis to) {
  if (o.counters) co_return co_await collect_raw(client, o, from, to);
  const auto past = co_await approximate(client, o, look_at(o, from, to));
  if (past.has_error()) co_return past.error();
  co_return approximate_evidence(o, *past, from, to);
}

core::task<collected_of<recorded_series>> read_rules(prometheus_client& client,
                                                     const std::vector<objective>& objectives,
                                                     unix_millis at) {
  period longest;
  for (const auto& o : objectives) {
    if (o.period.minutes > longest.minutes) longest = o.period;
  }
  auto values = co_await client.instant(rules_query(objectives), at);
  if (values.has_error()) co_return values.error();
  auto since = co_await client.instant(since_query(longest), at);
  if (since.has_error()) co_return since.error();
  co_return recorded_series{std::move(*values), std::move(*since)};
}

evidence without_numbers(const objective& o, unix_millis from, unix_millis to, std::string why) {
  evidence out;
  out.unit = unit_of(o);
  out.from = from;
  out.to = to;
  out.problem = std::move(why);
  return out;
}

/// The members of a composite among all objectives, in its order.
std::vector<std::size_t> members_of(const objective& o, const std::vector<objective>& all) {
  std::vector<std::size_t> out;
  for (const auto& member : o.members) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& other) { return other.id == member.id; });
    if (found != all.end()) out.push_back(static_cast<std::size_t>(found - all.begin()));
  }
  return out;
}

std::vector<observed> observed_members(const objective& o, const std::vector<objective>& all,
                                       const std::vector<evidence>& seen) {
  std::vector<observed> out;
  for (const auto i : members_of(o, all)) out.push_back({&all[i], &seen[i]});
  return out;
}

/// The slices of one member, one point each.
core::task<collected_of<history>> collect_slices(prometheus_client& client, const objective& o,
                                                 unix_millis from, unix_millis to) {
  if (!o.counters) co_return co_await approximate(client, o, look_at(o, from, to));
  const auto samples = co_await collect_samples(client, o, from, to);
  if (samples.has_error()) co_return samples.error();
  co_return raw_history(o, *samples, from, to, o.slices->minutes * 60'000);
}

core::task<collected_of<evidence>> collect_composite(prometheus_client& client, const objective& o,
                                                     std::vector<observed> members) {
  if (!of_whole_slices(members)) co_return composite_evidence(o, members);
  std::vector<history> slices;
  for (const auto& m : members) {
    auto one = co_await collect_slices(client, *m.what, m.seen->from, m.seen->to);
    if (one.has_error()) co_return one.error();
    slices.push_back(std::move(*one));
  }
  co_return composite_slices_evidence(o, members, slices);
}

/// What was counted in each window.
core::task<collected_of<std::vector<evidence>>> collect_windows(
    prometheus_client& client, const objective& o, std::vector<correction_window> windows) {
  std::vector<evidence> out;
  for (const auto& w : windows) {
    auto one = co_await collect_direct(client, o, w.from, w.to);
    if (one.has_error() && one.error().unreachable) co_return one.error();
    out.push_back(one.has_value() ? std::move(*one)
                                  : without_numbers(o, w.from, w.to, one.error().what));
  }
  co_return out;
}

}  // namespace

core::task<collected_of<raw_samples>> collect_samples(prometheus_client& client, const objective& o,
                                                      unix_millis from, unix_millis to) {
  const auto& total = o.counters->total;
  const auto start = co_await first_sample(client, total.to_string(), from, to);
  if (start.has_error()) co_return start.error();
  raw_samples out;
  struct wanted {
    std::string selector;
    std::vector<time_series>* into;
  };
  const wanted all[] = {{total.to_string(), &out.total},
                        {o.counters->part.to_string(), &out.part},
                        {target_selector("up", total), &out.up},
                        {target_selector("process_start_time_seconds", total), &out.started}};
  for (const auto& w : all) {
    auto series = co_await client.raw(w.selector, *start - lead_millis, to);
    if (series.has_error()) co_return series.error();
    *w.into = std::move(*series);
  }
  co_return out;
}

core::task<collected_of<std::vector<evidence>>> collect(prometheus_client& client,
                                                        const std::vector<objective>& objectives,
                                                        collection wanted) {
  recorded_series recorded;
  if (wanted.rules_first) {
    auto read = co_await read_rules(client, objectives, wanted.at);
    if (read.has_error()) co_return read.error();
    recorded = std::move(*read);
  }
  std::vector<evidence> out;
  for (const auto& o : objectives) {
    const auto from = std::max<unix_millis>(
        0, wanted.window ? wanted.at - *wanted.window : period_start(o.period, wanted.at));
    out.push_back(without_numbers(o, from, wanted.at, {}));
    if (o.composite()) continue;
    if (auto known = rules_evidence(o, recorded, wanted.at)) {
      out.back() = std::move(*known);
      continue;
    }
    auto found = co_await collect_direct(client, o, from, wanted.at);
    if (found.has_error() && found.error().unreachable) co_return found.error();
    if (found.has_error()) {
      out.back().problem = found.error().what;
    } else {
      out.back() = std::move(*found);
    }
  }
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (!objectives[i].composite()) continue;
    auto made = co_await collect_composite(client, objectives[i],
                                           observed_members(objectives[i], objectives, out));
    if (made.has_error()) co_return made.error();
    out[i] = std::move(*made);
  }
  co_return out;
}

core::task<collected_of<history>> collect_history(prometheus_client& client, const objective& o,
                                                  unix_millis from, unix_millis to, bool raw) {
  const auto step = history_step(from, to);
  const auto begin = to - (to - from) / step * step;
  if (!raw) {
    const auto recorded = co_await client.range(history_query(o, step), begin, to, step);
    if (recorded.has_error()) co_return recorded.error();
    auto out = recorded_history(o, *recorded, begin, to, step);
    if (out.problem.empty() || o.composite()) co_return out;
  }
  if (!o.counters) {
    auto past = co_await approximate(client, o, look_at(o, begin, to));
    if (past.has_error()) co_return past.error();
    co_return coarser(*past, most_history_points);
  }
  const auto samples = co_await collect_samples(client, o, begin, to);
  if (samples.has_error()) co_return samples.error();
  co_return coarser(raw_history(o, *samples, begin, to, step), most_history_points);
}

core::task<collected_of<std::vector<history>>> collect_histories(
    prometheus_client& client, const std::vector<objective>& objectives,
    const std::vector<evidence>& seen, unix_millis at_least) {
  std::vector<history> out(objectives.size());
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (objectives[i].composite()) continue;
    const auto& e = seen[i];
    const auto from = std::max<unix_millis>(0, std::min(e.from, e.to - at_least));
    auto one = co_await collect_history(client, objectives[i], from, e.to,
                                        e.source == evidence_source::raw);
    if (one.has_error() && one.error().unreachable) co_return one.error();
    if (one.has_value()) {
      out[i] = std::move(*one);
    } else {
      out[i].problem = one.error().what;
    }
  }
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (!objectives[i].composite()) continue;
    std::vector<const history*> members;
    for (const auto m : members_of(objectives[i], objectives)) members.push_back(&out[m]);
    out[i] = composite_history(objectives[i], members);
  }
  co_return out;
}

core::task<collected_of<std::vector<std::optional<corrected_numbers>>>> collect_corrections(
    prometheus_client& client, const std::vector<objective>& objectives,
    const std::vector<evidence>& seen, const std::vector<correction>& corrections) {
  std::vector<std::optional<corrected_numbers>> out(objectives.size());
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (objectives[i].composite()) continue;
    const auto windows = windows_of(objectives[i], corrections, seen[i].from, seen[i].to);
    if (windows.empty()) continue;
    const auto within = co_await collect_windows(client, objectives[i], windows);
    if (within.has_error()) co_return within.error();
    out[i] = correct(seen[i], windows, *within);
  }
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (!objectives[i].composite()) continue;
    std::vector<const corrected_numbers*> of_members;
    for (const auto m : members_of(objectives[i], objectives)) {
      of_members.push_back(out[m] ? &*out[m] : nullptr);
    }
    const auto members = observed_members(objectives[i], objectives, seen);
    out[i] = correct_composite(objectives[i], seen[i], members, of_members);
  }
  co_return out;
}

}  // namespace slo
