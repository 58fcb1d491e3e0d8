#include <limits>
#include <string>
#include <vector>

#include "slo/evidence/counter_samples.hpp"
#include "slo/evidence/prometheus_answer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// An answer is series with samples in order, or an error in words.
std::vector<slo::time_series> series_in(std::string_view answer) {
  auto parsed = slo::parse_prometheus_answer(answer);
  if (parsed.has_error()) return {};
  for (const auto& series : *parsed) {
    for (std::size_t i = 1; i < series.samples.size(); ++i)
      require(series.samples[i - 1].at < series.samples[i].at);
    for (std::size_t i = 1; i < series.labels.size(); ++i)
      require(series.labels[i - 1].first < series.labels[i].first);
  }
  return std::move(*parsed);
}

struct window {
  slo::unix_millis from = std::numeric_limits<slo::unix_millis>::max(), to = 0;
  slo::unix_millis middle() const { return from + (to - from) / 2; }
};

/// From before the first sample to the last one.
window around(const std::vector<slo::time_series>& series) {
  window out;
  for (const auto& s : series) {
    if (s.samples.empty()) continue;
    out.from = std::min(out.from, s.samples.front().at - 1);
    out.to = std::max(out.to, s.samples.back().at);
  }
  out.from = std::min(out.from, out.to);
  return out;
}

void check_increase(const std::vector<slo::time_series>& series,
                    const std::vector<slo::target_history>& targets, const window& all) {
  const auto sum = slo::increase_of(series, targets, all.from, all.to);
  if (sum.has_error()) {
    require(!sum.error().empty());
    return;
  }
  require(sum->events >= 0 && sum->resets >= 0 && sum->unknown_starts >= 0);
  require(sum->unknown_starts <= static_cast<std::int64_t>(series.size()));
  // What does not depend on targets adds up, wherever a window is divided.
  const auto whole = slo::increase_of(series, {}, all.from, all.to);
  const auto first = slo::increase_of(series, {}, all.from, all.middle());
  const auto second = slo::increase_of(series, {}, all.middle(), all.to);
  require(whole.has_value() && first.has_value() && second.has_value());
  require(first->events + second->events == whole->events);
  require(first->resets + second->resets == whole->resets);
}

void check_coverage(const std::vector<slo::time_series>& series,
                    const std::vector<slo::target_history>& targets, const window& all) {
  const auto seen = slo::coverage_of(series, targets, all.from, all.to);
  require(seen.seen >= 0 && seen.seen <= seen.expected);
  require(seen.ratio() >= 0 && seen.ratio() <= 1);
  require(seen.seen == 0 || (seen.first <= seen.last && seen.last <= all.to));
}

}  // namespace

/// Counters, `up` and start times as Prometheus answers them, a line each, to whole events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto series = series_in(fuzz::take_until(rest));
  const auto up = series_in(fuzz::take_until(rest));
  const auto targets = slo::targets_of(up, series_in(rest));
  const auto all = around(series);
  check_increase(series, targets, all);
  check_increase(series, {}, all);
  check_coverage(series, targets, all);
  check_coverage(series, {}, all);
  return 0;
}
