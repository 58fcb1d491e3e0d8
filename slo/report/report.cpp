#include "slo/report/report.hpp"

#include <cmath>
#include <cstdio>

namespace slo {

const char* to_label(budget_state s) noexcept {
  switch (s) {
    case budget_state::ok: return "ok";
    case budget_state::burning: return "burning";
    case budget_state::spent: return "spent";
    case budget_state::no_data: return "no_data";
  }
  return "no_data";
}

std::optional<double> objective_status::left() const {
  return corrected ? budget_left(what, *corrected) : budget_left(what, seen);
}

budget_state objective_status::state() const {
  const auto remaining = left();
  if (!remaining || !seen.problem.empty()) return budget_state::no_data;
  if (*remaining <= 0) return budget_state::spent;
  const bool excused = corrected && corrected->covers_now;
  return !excused && recent_burn_rate(what, seen).value_or(0) > 1 ? budget_state::burning
                                                                  : budget_state::ok;
}

std::optional<history> objective_status::period_past() const {
  if (!past || !past->problem.empty()) return std::nullopt;
  return part_of(*past, seen.from, seen.to);
}

report make_report(const std::vector<objective>& objectives, std::vector<evidence> seen,
                   std::string prometheus, unix_millis at) {
  report out;
  out.at = at;
  out.prometheus = std::move(prometheus);
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    out.slos.push_back({objectives[i], std::move(seen[i]), std::nullopt, std::nullopt});
  }
  complete(out, {});
  return out;
}

void complete(report& r, report_extras extras) {
  std::vector<viewed> all;
  for (std::size_t i = 0; i < r.slos.size(); ++i) {
    auto& s = r.slos[i];
    if (i < extras.corrected.size()) s.corrected = std::move(extras.corrected[i]);
    if (i < extras.past.size()) s.past = std::move(extras.past[i]);
    all.push_back({&s.what, &s.seen, s.past ? &*s.past : nullptr});
  }
  r.views = compare_views(all);
}

std::string share_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f %%", std::floor(share * 100'000 + 1e-6) / 1000);
  return text;
}

std::string percent_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, std::abs(share) < 10 ? "%.1f %%" : "%.0f %%", share * 100);
  return text;
}

}  // namespace slo
