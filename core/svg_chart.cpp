#include "core/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/html_text.hpp"
#include "core/json_text.hpp"

namespace core {
namespace {

constexpr double width = 1000, height = 100;  // of the drawing, in its own units

/// 1, 2 or 5 times a power of ten, at least `rough`.
double round_step(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double times : {1.0, 2.0, 5.0})
    if (times * power >= rough * 0.9999) return times * power;
  return 10 * power;
}

double y_of(const value_axis& y, double value) {
  return height * (1 - y.place(value));
}

std::string grid(const value_axis& y) {
  std::string out;
  for (const double tick : y.ticks())
    fmt::format_to(std::back_inserter(out),
                   "<line class=\"grid-line\" x1=\"0\" x2=\"1000\" y1=\"{0:.2f}\" y2=\"{0:.2f}\"/>",
                   y_of(y, tick));
  return out;
}

/// Horizontal over each bin, vertical between bins, broken where there is no value.
std::string step_path(const chart_line& line, const value_axis& y) {
  std::string out;
  const double bin = width / static_cast<double>(std::max<std::size_t>(1, line.values.size()));
  bool drawing = false;
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    if (!line.values[i]) {
      drawing = false;
      continue;
    }
    const double x = bin * static_cast<double>(i), at = y_of(y, *line.values[i]);
    fmt::format_to(std::back_inserter(out), "{}{:.2f},{:.2f}H{:.2f}", drawing ? "L" : "M", x, at,
                   x + bin);
    drawing = true;
  }
  return out;
}

std::string y_labels(const chart_frame& frame, const value_axis& y) {
  std::string out;
  for (const double tick : y.ticks())
    fmt::format_to(std::back_inserter(out), "<span class=\"y\" style=\"bottom:{:.2f}%\">{}</span>",
                   y.place(tick) * 100, html_text(frame.y_text(tick)));
  return out;
}

std::string x_labels(const chart_frame& frame) {
  std::string out;
  const auto last = static_cast<double>(std::max<std::size_t>(2, frame.x_ticks.size()) - 1);
  for (std::size_t i = 0; i < frame.x_ticks.size(); ++i)
    fmt::format_to(std::back_inserter(out), "<span style=\"left:{:.2f}%\">{}</span>",
                   100 * static_cast<double>(i) / last, html_text(frame.x_ticks[i]));
  return out;
}

std::string points_json(const std::vector<std::string>& points) {
  std::string out;
  for (const auto& p : points) out += (out.empty() ? "" : ",") + json_string(p);
  return "[" + out + "]";
}

std::string bands(const chart_frame& frame) {
  std::string out;
  for (const auto& [from, to] : frame.bands)
    fmt::format_to(std::back_inserter(out),
                   "<rect class=\"band\" x=\"{:.2f}\" y=\"0\" width=\"{:.2f}\" height=\"100\"/>",
                   width * from, width * (to - from));
  return out;
}

std::string figure(const chart_frame& frame, const value_axis& y, const std::string& legend,
                   const std::string& drawing) {
  return fmt::format(
      "<figure class=\"card\"><figcaption><h3>{0}</h3><ul class=\"legend\">{1}</ul></figcaption>\n"
      "<div class=\"plot\" tabindex=\"0\" role=\"img\" aria-label=\"{2}\" data-points=\"{3}\">"
      "<svg viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{4}{5}</svg>"
      "{6}<div class=\"cross\"></div></div>\n<div class=\"x-axis\" aria-hidden=\"true\">{7}</div>\n"
      "<p class=\"readout\" aria-live=\"polite\" data-hint=\"Point at it, or use the arrow keys.\">"
      "</p></figure>\n",
      html_text(frame.title), legend, html_text(frame.spoken), html_text(points_json(frame.points)),
      bands(frame) + grid(y), drawing, y_labels(frame, y), x_labels(frame));
}

double highest_stack(const std::vector<chart_layer>& layers) {
  double out = 0;
  for (std::size_t i = 0; i < layers.front().values.size(); ++i) {
    double sum = 0;
    for (const auto& layer : layers) sum += layer.values[i];
    out = std::max(out, sum);
  }
  return out;
}

}  // namespace

value_axis::value_axis(double highest, std::optional<double> lowest) {
  highest = std::max(highest, 1e-9);
  if (lowest && *lowest > 0 && *lowest < highest) {
    logarithmic_ = true;
    low_ = std::pow(10, std::floor(std::log10(*lowest)));
    high_ = std::pow(10, std::ceil(std::log10(highest) - 1e-9));
    for (double tick = low_; tick <= high_ * 1.0001; tick *= 10) ticks_.push_back(tick);
    return;
  }
  const double step = round_step(highest / 4);
  high_ = step * std::ceil(highest / step - 1e-9);
  for (double tick = 0; tick <= high_ * 1.0001; tick += step) ticks_.push_back(tick);
}

value_axis::value_axis(double low, double high, double step) : low_(low), high_(high) {
  for (int i = 0; low + i * step <= high + step / 2; ++i) ticks_.push_back(low + i * step);
}

value_axis value_axis::between(double lowest, double highest) {
  const double step = round_step(std::max(highest - lowest, 1e-9) / 4);
  return {step * std::floor(lowest / step + 1e-9), step * std::ceil(highest / step - 1e-9), step};
}

double value_axis::place(double value) const noexcept {
  const double share = logarithmic_
                           ? std::log(std::max(value, low_) / low_) / std::log(high_ / low_)
                           : (value - low_) / (high_ - low_);
  return std::clamp(share, 0.0, 1.0);
}

std::string line_chart(const chart_frame& frame, const value_axis& y,
                       const std::vector<chart_line>& lines) {
  std::string legend, drawing;
  const char* dashes[] = {"solid", "dashed", "dotted"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    fmt::format_to(std::back_inserter(legend),
                   "<li class=\"stroke\" style=\"--c:var(--{});--dash:{}\"><i></i>{}</li>",
                   line.css, dashes[i % 3], html_text(line.label));
    drawing += "<path class=\"series " + line.css + "\" d=\"" + step_path(line, y) + "\"/>";
  }
  return figure(frame, y, legend, drawing);
}

std::string bar_chart(const chart_frame& frame, const std::vector<chart_layer>& layers) {
  const value_axis y(highest_stack(layers));
  const auto bins = layers.front().values.size();
  const double bin = width / static_cast<double>(std::max<std::size_t>(1, bins));
  const double gap = bins > 120 ? 0 : bin * 0.12;
  std::string legend, drawing;
  for (const auto& layer : layers)
    if (layers.size() > 1)
      fmt::format_to(std::back_inserter(legend), "<li style=\"--c:var(--{})\"><i></i>{}</li>",
                     layer.colour, html_text(layer.label));
  for (std::size_t i = 0; i < bins; ++i) {
    double below = 0;
    for (const auto& layer : layers) {
      if (layer.values[i] <= 0) continue;
      const double top = y_of(y, below + layer.values[i]), bottom = y_of(y, below);
      // What happened at all is seen: a failure among thousands is at least a thin line.
      const double tall = std::max(bottom - top, 1.2);
      fmt::format_to(std::back_inserter(drawing),
                     "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" "
                     "height=\"{:.2f}\"/>",
                     layer.css, bin * static_cast<double>(i) + gap / 2, bottom - tall, bin - gap,
                     tall);
      below += layer.values[i];
    }
  }
  return figure(frame, y, legend, drawing);
}

}  // namespace core
