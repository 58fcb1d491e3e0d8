#include "slo/report/report_charts.hpp"

#include <algorithm>

#include "core/svg_chart.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/number_text.hpp"

namespace slo {

namespace {

constexpr int gaps_between_ticks = 4;

std::vector<std::string> time_ticks(const history& past) {
  std::vector<std::string> out;
  const bool days = past.to() - past.from > 2 * 24 * 3'600'000LL;
  for (int i = 0; i <= gaps_between_ticks; ++i) {
    const auto at = minute_text(past.from + (past.to() - past.from) * i / gaps_between_ticks);
    out.push_back(days ? at.substr(5, 5) : at.substr(11));
  }
  return out;
}

double place(const history& past, unix_millis at) {
  const auto share =
      static_cast<double>(at - past.from) / static_cast<double>(past.to() - past.from);
  return std::clamp(share, 0.0, 1.0);
}

core::chart_frame frame_of(const objective_status& s, const history& past, std::string title,
                           std::string spoken) {
  core::chart_frame out;
  out.title = std::move(title);
  out.spoken = std::move(spoken);
  out.x_ticks = time_ticks(past);
  if (!s.corrected) return out;
  for (const auto& c : s.corrected->applied) {
    if (!c.what.forgive) out.bands.emplace_back(place(past, c.from), place(past, c.to));
  }
  return out;
}

std::string when(const history& past, const history_point& p) {
  return span_text(p.at - past.step, p.at) + " UTC: ";
}

std::vector<std::optional<double>> constant(const history& past, double value) {
  return std::vector<std::optional<double>>(past.points.size(), value);
}

}  // namespace

std::string burn_down_chart(const objective_status& s, const history& past) {
  const auto left = burn_down(s.what, past);
  const auto last = left.empty() ? std::nullopt : left.back();
  auto frame = frame_of(s, past, "Error budget left",
                        "Error budget of " + s.what.display_name + " over its period: " +
                            shown(last, percent_text) + " left at its end, without corrections.");
  frame.y_text = percent_text;
  double lowest = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    lowest = std::min(lowest, left[i].value_or(0));
    frame.points.push_back(when(past, past.points[i]) + shown(left[i], percent_text) + " left");
  }
  return core::line_chart(frame, core::value_axis::between(lowest, 1),
                          {{"left", "left, without corrections", left}});
}

std::string burn_rate_chart(const objective_status& s, const history& past) {
  std::vector<std::optional<double>> burn;
  double highest = 1;
  std::vector<std::string> points;
  for (const auto& p : past.points) {
    burn.push_back(p.burn_rate ? std::optional(std::max(0.0, *p.burn_rate)) : std::nullopt);
    highest = std::max(highest, p.burn_rate.value_or(0));
    points.push_back(when(past, p) + shown(p.burn_rate, burn_text) + " times" +
                     (past.unit == budget_unit::burn
                          ? ""
                          : ", " + amount_text(std::max(0.0, p.used.bad)) + " bad of " +
                                amount_text(p.used.total, past.unit)));
  }
  auto frame =
      frame_of(s, past, "Burn rate per " + format_span(static_cast<double>(past.step) / 1000),
               "Burn rate of " + s.what.display_name + " over its period, up to " +
                   burn_text(highest) + " times.");
  frame.y_text = [](double v) { return amount_text(v); };
  frame.points = std::move(points);
  return core::line_chart(frame, core::value_axis(highest),
                          {{"burn", "burn rate", std::move(burn)},
                           {"limit", "spends the budget exactly", constant(past, 1)}});
}

std::string coverage_chart(const objective_status& s, const history& past) {
  std::vector<std::optional<double>> coverage;
  auto frame = frame_of(s, past, "Coverage",
                        "Share of time with data of " + s.what.display_name + ": " +
                            percent_text(s.seen.coverage) + ".");
  for (const auto& p : past.points) {
    coverage.emplace_back(p.coverage);
    frame.points.push_back(when(past, p) + percent_text(p.coverage) + " covered");
  }
  frame.y_text = percent_text;
  return core::line_chart(frame, core::value_axis(1), {{"coverage", "time with data", coverage}});
}

}  // namespace slo
