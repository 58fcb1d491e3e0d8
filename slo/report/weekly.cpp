#include "slo/report/weekly.hpp"

#include <algorithm>

namespace slo {

namespace {

constexpr std::size_t most_stretches = 3;

week week_of(const objective& o, const history& past) {
  week out;
  out.used = total_of(past);
  out.burn_rate = burn_rate_over(o, past);
  if (out.burn_rate) {
    const auto period = std::max<double>(static_cast<double>(o.period_minutes()) * 60'000,
                                         static_cast<double>(week_millis));
    out.budget_spent = *out.burn_rate * static_cast<double>(week_millis) / period;
  }
  for (const auto& p : past.points) out.coverage += p.coverage;
  out.coverage *= static_cast<double>(past.step) / static_cast<double>(week_millis);
  return out;
}

}  // namespace

std::vector<week_comparison> compare_weeks(const report& r) {
  std::vector<week_comparison> out;
  for (const auto& s : r.slos) {
    if (!s.past || s.past->points.empty()) continue;
    const auto this_week = r.at - week_millis, last_week = this_week - week_millis;
    const auto now = part_of(*s.past, this_week, r.at);
    week_comparison one{&s,
                        week_of(s.what, now),
                        week_of(s.what, part_of(*s.past, last_week, this_week)),
                        worst_periods(s.what, now, most_stretches),
                        {}};
    if (s.corrected) {
      for (const auto& c : s.corrected->applied) {
        if (c.to > this_week) one.corrections.push_back(c);
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace slo
