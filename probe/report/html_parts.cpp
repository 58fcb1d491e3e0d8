#include "probe/report/html_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "core/svg_chart.hpp"

namespace probe {
namespace {

using core::bar_chart;
using core::chart_frame;
using core::chart_layer;
using core::chart_line;
using core::line_chart;
using core::value_axis;

/// `12.5 s`, `3:05 min` since the start.
std::string offset_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.3g} s", seconds);
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  const auto whole = static_cast<long>(seconds);
  return whole < 7200 ? fmt::format("{}:{:02} min", whole / 60, whole % 60)
                      : fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

std::string duration_text(double seconds) {
  return seconds <= 0 ? "0"
                      : readable(std::chrono::duration_cast<core::duration>(
                            std::chrono::duration<double>(seconds)));
}

/// In bins of about ten runs: percentiles of fewer are none.
timeline drawn(const run_summary& s) {
  return s.over_time.coarser(std::clamp<std::size_t>(s.ran() / 10, 30, timeline::most_bins));
}

std::vector<std::string> time_ticks(const timeline& t) {
  const double whole = core::seconds(t.width()) * static_cast<double>(t.bins().size());
  std::vector<std::string> out;
  for (int i = 0; i <= 4; ++i) out.push_back(offset_text(whole * i / 4));
  return out;
}

std::string when(const timeline& t, std::size_t bin) {
  return offset_text(core::seconds(t.width()) * static_cast<double>(bin));
}

chart_line quantile_line(const timeline& t, const char* css, const char* label, double q) {
  chart_line out{css, label, {}};
  for (const auto& bin : t.bins())
    out.values.push_back(
        bin.took.count() == 0 ? std::nullopt : std::optional(core::seconds(bin.took.quantile(q))));
  return out;
}

/// Logarithmic when a linear axis would flatten most of it.
value_axis axis_for(const timeline& t) {
  double highest = 0, lowest = 1e9;
  std::vector<double> medians;
  for (const auto& bin : t.bins()) {
    if (bin.took.count() == 0) continue;
    highest = std::max(highest, core::seconds(bin.took.quantile(0.99)));
    lowest = std::min(lowest, std::max(1e-6, core::seconds(bin.took.quantile(0.5))));
    medians.push_back(core::seconds(bin.took.quantile(0.5)));
  }
  if (medians.empty()) return value_axis(1);
  std::nth_element(medians.begin(), medians.begin() + static_cast<long>(medians.size() / 2),
                   medians.end());
  return highest > 12 * medians[medians.size() / 2] ? value_axis(highest, lowest)
                                                    : value_axis(highest);
}

constexpr std::array phase_names{phase::resolve, phase::connect, phase::tls,
                                 phase::send,    phase::wait,    phase::receive};

}  // namespace

std::string latency_chart(const run_summary& s) {
  const auto t = drawn(s);
  const auto y = axis_for(t);
  chart_frame frame;
  frame.title = y.logarithmic() ? "Latency over time (logarithmic)" : "Latency over time";
  frame.spoken = fmt::format(
      "Latency from the intended start over time. Of all runs: median {}, 95th percentile {}, 99th "
      "percentile {}, longest {}.",
      readable(s.took.quantile(0.5)), readable(s.took.quantile(0.95)),
      readable(s.took.quantile(0.99)), readable(s.took.max()));
  frame.x_ticks = time_ticks(t);
  frame.y_text = duration_text;
  for (std::size_t i = 0; i < t.bins().size(); ++i) {
    const auto& took = t.bins()[i].took;
    frame.points.push_back(
        when(t, i) + (took.count() == 0
                          ? ": nothing ended"
                          : fmt::format(": p50 {} · p95 {} · p99 {} · max {}",
                                        readable(took.quantile(0.5)), readable(took.quantile(0.95)),
                                        readable(took.quantile(0.99)), readable(took.max()))));
  }
  return line_chart(frame, y,
                    {quantile_line(t, "p50", "p50", 0.5), quantile_line(t, "p95", "p95", 0.95),
                     quantile_line(t, "p99", "p99", 0.99)});
}

std::string outcome_chart(const run_summary& s) {
  const auto t = drawn(s);
  chart_frame frame;
  frame.title = "Runs per " + offset_text(core::seconds(t.width()));
  frame.spoken = fmt::format("Runs over time, by intended start: {} passed, {} failed, {} missed.",
                             s.passed(), s.failed(), s.missed());
  frame.x_ticks = time_ticks(t);
  frame.y_text = [](double v) { return fmt::format("{:g}", v); };
  std::vector<chart_layer> layers{{"bar-ok", "passed", "ok", {}},
                                  {"bar-bad", "failed", "bad", {}},
                                  {"bar-missed", "missed", "missed", {}}};
  for (std::size_t i = 0; i < t.bins().size(); ++i) {
    const auto& bin = t.bins()[i];
    layers[0].values.push_back(static_cast<double>(bin.passed));
    layers[1].values.push_back(static_cast<double>(bin.failed));
    layers[2].values.push_back(static_cast<double>(bin.missed));
    frame.points.push_back(fmt::format("{}: {} passed · {} failed · {} missed", when(t, i),
                                       bin.passed, bin.failed, bin.missed));
  }
  return bar_chart(frame, layers);
}

std::string spread_chart(const std::string& name, const scenario_summary& s) {
  // From a power of ten below the median to one above the longest, 12 bars a decade.
  constexpr int bars_per_decade = 12;
  const double longest = std::max(core::seconds(s.took.max()), 2e-6);
  double low = std::floor(std::log10(std::max(core::seconds(s.took.quantile(0.001)), 1e-6)) *
                          bars_per_decade) -
               1;
  const double high = std::ceil(std::log10(longest) * bars_per_decade) + 1;
  low = std::max(low, high - 60);
  chart_frame frame;
  frame.title = "Spread of durations";
  frame.spoken = fmt::format("Durations of the runs of {}: median {}, 99th percentile {}.", name,
                             readable(s.took.quantile(0.5)), readable(s.took.quantile(0.99)));
  frame.y_text = [](double v) { return fmt::format("{:g}", v); };
  chart_layer layer{"bar-all", "runs", "p95", {}};
  std::uint64_t before = 0;
  for (double i = low; i < high; ++i) {
    const double from = std::pow(10, i / bars_per_decade);
    const double to = std::pow(10, (i + 1) / bars_per_decade);
    const auto until = s.took.at_most(
        std::chrono::duration_cast<core::duration>(std::chrono::duration<double>(to)));
    layer.values.push_back(static_cast<double>(until - before));
    frame.points.push_back(
        fmt::format("{} to {}: {} runs", duration_text(from), duration_text(to), until - before));
    before = until;
  }
  for (int i = 0; i <= 4; ++i)
    frame.x_ticks.push_back(
        duration_text(std::pow(10, (low + (high - low) * i / 4) / bars_per_decade)));
  return bar_chart(frame, {layer});
}

std::string phase_bar(const step_summary& step, core::duration longest) {
  std::string out = "<div class=\"phases\" role=\"img\" aria-label=\"";
  std::string bars, spoken;
  for (const auto p : phase_names) {
    const auto& took = step.phases[static_cast<std::size_t>(p)];
    if (took.count() == 0 || longest <= core::duration{}) continue;
    // Over all attempts: a phase that only the first request of a connection goes through is short.
    const double mean = core::seconds(took.mean()) * static_cast<double>(took.count()) /
                        static_cast<double>(std::max<std::uint64_t>(1, step.took.count()));
    const auto label = fmt::format("{} {}", to_label(p), duration_text(mean));
    spoken += (spoken.empty() ? "" : ", ") + label;
    fmt::format_to(std::back_inserter(bars),
                   "<i style=\"--c:var(--{});width:{:.2f}%\" title=\"{}\"></i>", to_label(p),
                   std::min(100.0, 100 * mean / core::seconds(longest)), label);
  }
  return out + "mean: " + (spoken.empty() ? "no phase" : spoken) + "\">" + bars + "</div>";
}

std::string phase_legend() {
  std::string out = "<ul class=\"legend\">";
  for (const auto p : phase_names)
    fmt::format_to(std::back_inserter(out), "<li style=\"--c:var(--{0})\"><i></i>{0}</li>",
                   to_label(p));
  return out + "</ul>";
}

std::string interval_bar(const slo::gate_line& line) {
  const double budget = line.what.budget().to_double();
  // Wide enough to see the limit, and what lies beyond it.
  const double whole =
      std::min(1.0, std::max(4 * budget, std::min(line.interval.high, 8 * budget)));
  const double low = std::min(1.0, line.interval.low / whole);
  const double high = std::min(1.0, line.interval.high / whole);
  return fmt::format(
      "<div class=\"range\" role=\"img\" aria-label=\"error ratio between {:.3g} % and {:.3g} %, "
      "{:.3g} % allowed\"><i style=\"left:{:.2f}%;width:{:.2f}%\"></i><b "
      "style=\"left:{:.2f}%\"></b>"
      "</div>",
      line.interval.low * 100, line.interval.high * 100, budget * 100, low * 100,
      std::max(0.0, high - low) * 100, std::min(1.0, budget / whole) * 100);
}

}  // namespace probe
