#include "slo/evidence/evidence_collector.hpp"

#include <algorithm>
#include <cmath>

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

core::task<boost::system::result<raw_samples, prometheus_failure>> read_samples(
    prometheus_client& client, const objective& o, unix_millis from, unix_millis to) {
  raw_samples out;
  const auto& total = o.counters->total;
  struct wanted {
    std::string selector;
    std::vector<time_series>* into;
  };
  const wanted all[] = {{total.to_string(), &out.total},
                        {o.counters->part.to_string(), &out.part},
                        {target_selector("up", total), &out.up},
                        {target_selector("process_start_time_seconds", total), &out.started}};
  for (const auto& w : all) {
    auto series = co_await client.raw(w.selector, from - lead_millis, to);
    if (series.has_error()) co_return series.error();
    *w.into = std::move(*series);
  }
  co_return out;
}

core::task<boost::system::result<evidence, prometheus_failure>> collect_raw(
    prometheus_client& client, const objective& o, unix_millis from, unix_millis to) {
  const auto start = co_await first_sample(client, o.counters->total.to_string(), from, to);
  if (start.has_error()) co_return start.error();
  const auto samples = co_await read_samples(client, o, *start, to);
  if (samples.has_error()) co_return samples.error();
  co_return raw_evidence(o, *samples, from, to);
}

core::task<boost::system::result<recorded_series, prometheus_failure>> read_rules(
    prometheus_client& client, const std::vector<objective>& objectives, unix_millis at) {
  period longest;
  for (const auto& o : objectives) {
    if (o.period.minutes > longest.minutes) longest = o.period;
  }
  auto values = co_await client.instant(rules_query(), at);
  if (values.has_error()) co_return values.error();
  auto since = co_await client.instant(since_query(longest), at);
  if (since.has_error()) co_return since.error();
  co_return recorded_series{std::move(*values), std::move(*since)};
}

evidence without_numbers(unix_millis from, unix_millis to, std::string why) {
  evidence out;
  out.from = from;
  out.to = to;
  out.problem = std::move(why);
  return out;
}

}  // namespace

core::task<boost::system::result<std::vector<evidence>, prometheus_failure>> collect(
    prometheus_client& client, const std::vector<objective>& objectives, collection wanted) {
  recorded_series recorded;
  if (wanted.rules_first) {
    auto read = co_await read_rules(client, objectives, wanted.at);
    if (read.has_error()) co_return read.error();
    recorded = std::move(*read);
  }
  std::vector<evidence> out;
  for (const auto& o : objectives) {
    if (auto known = rules_evidence(o, recorded, wanted.at)) {
      out.push_back(std::move(*known));
      continue;
    }
    const auto window =
        wanted.window.value_or(static_cast<unix_millis>(o.period_minutes()) * 60'000);
    const auto from = std::max<unix_millis>(0, wanted.at - window);
    auto found = co_await collect_raw(client, o, from, wanted.at);
    if (found.has_error() && found.error().unreachable) co_return found.error();
    out.push_back(found.has_value() ? std::move(*found)
                                    : without_numbers(from, wanted.at, found.error().what));
  }
  co_return out;
}

}  // namespace slo
