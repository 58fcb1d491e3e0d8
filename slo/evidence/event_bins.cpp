#include "slo/evidence/event_bins.hpp"

#include <algorithm>

namespace slo {

namespace {

constexpr unix_millis minute = 60'000;
constexpr double rounding = 1e-12;  // of a ratio that is exactly its target

/// Adds what the series grew to the bins; a series that is no counter is named.
std::string add_growth(const std::vector<time_series>& series,
                       const std::vector<target_history>& targets, event_bins& into,
                       std::int64_t event_counts::*member) {
  const auto to = into.from + into.step * static_cast<unix_millis>(into.bins.size());
  const auto add = [&](const counter_step& step) {
    const auto at = static_cast<std::size_t>((step.now.at - 1 - into.from) / into.step);
    into.bins[at].*member += step.events;
  };
  for (const auto& s : series) {
    if (!walk_counter(s, target_of(s, targets), into.from, to, add)) {
      return series_name(s) + " has a value that is no number of events";
    }
  }
  return {};
}

}  // namespace

boost::system::result<event_bins, std::string> bins_of(const objective& o,
                                                       const raw_samples& samples,
                                                       const std::vector<target_history>& targets,
                                                       unix_millis from, unix_millis step,
                                                       std::size_t count) {
  event_bins out{from, step, std::vector<event_counts>(count)};
  auto wrong = add_growth(samples.total, targets, out, &event_counts::events);
  if (wrong.empty()) wrong = add_growth(samples.part, targets, out, &event_counts::bad);
  if (!wrong.empty()) return wrong;
  if (o.counters->part_is == event_kind::good) {
    for (auto& bin : out.bins) bin.bad = bin.events - bin.bad;
  }
  return out;
}

slice_range slices_within(const objective& o, unix_millis from, unix_millis to) {
  const auto step = o.slices->minutes * minute;
  const auto origin = o.period.rolling() ? 0 : from;
  const auto first = origin + (from - origin + step - 1) / step * step;
  return {first, step, first < to ? static_cast<std::size_t>((to - first) / step) : 0};
}

double slice_badness(const time_slices& by, double error_ratio) {
  const auto ratio = std::clamp(error_ratio, 0.0, 1.0);
  if (!by.target) return ratio;
  return 1 - ratio < by.target->to_double() - rounding ? 1 : 0;
}

tally slices_of(const objective& o, const event_bins& bins) {
  tally out;
  for (const auto& bin : bins.bins) {
    const auto ratio = bin.events > 0 ? bin.error_ratio() : std::nullopt;
    if (!ratio) continue;
    out.total += 1;
    out.bad += slice_badness(*o.slices, *ratio);
  }
  return out;
}

}  // namespace slo
