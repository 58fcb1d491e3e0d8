#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Charts as HTML with inline SVG. The drawing stretches to its place; texts stand beside it as
/// HTML, so that they keep their size on a phone. Pure.
namespace core {

/// The vertical axis of a chart, from 0 or, for values of very different size, logarithmic.
class value_axis {
 public:
  /// For values up to `highest`; logarithmic from `lowest` on when `lowest` is given.
  explicit value_axis(double highest, std::optional<double> lowest = std::nullopt);

  /// Linear from the lowest to the highest, of which the lowest may be negative.
  static value_axis between(double lowest, double highest);

  /// Height of a value, from 0 (bottom) to 1 (top).
  double place(double value) const noexcept;
  /// Values for grid lines, ascending.
  const std::vector<double>& ticks() const noexcept { return ticks_; }
  bool logarithmic() const noexcept { return logarithmic_; }

 private:
  value_axis(double low, double high, double step);

  double low_ = 0, high_ = 1;
  bool logarithmic_ = false;
  std::vector<double> ticks_;
};

/// One line over bins; nothing where a bin has no value.
struct chart_line {
  std::string css;    ///< class, `p50`
  std::string label;  ///< for the legend
  std::vector<std::optional<double>> values;
};

/// One layer of stacked bars.
struct chart_layer {
  std::string css;     ///< class of the bars, `bar-ok`
  std::string label;   ///< for the legend
  std::string colour;  ///< name of the custom property, `ok`
  std::vector<double> values;
};

struct chart_frame {
  std::string title;
  std::string spoken;                ///< what a screen reader says of it
  std::vector<std::string> points;   ///< what the readout says of each bin
  std::vector<std::string> x_ticks;  ///< along the axis, first and last at its ends
  std::function<std::string(double)> y_text;
  /// Stretches that are shaded, from 0 (left) to 1 (right).
  std::vector<std::pair<double, double>> bands{};
};

/// Lines as steps over their bins.
std::string line_chart(const chart_frame& frame, const value_axis& y,
                       const std::vector<chart_line>& lines);
/// Bars, the first layer at the bottom.
std::string bar_chart(const chart_frame& frame, const std::vector<chart_layer>& layers);

}  // namespace core
