#pragma once

#include <optional>
#include <string_view>

#include "core/exposition.hpp"

namespace sidecar {

/// One sample as it was written: views into its line. Labels are what stood between the braces,
/// checked (`for_each_label`); the exemplar begins at its brace.
struct sample_line {
  std::string_view name;
  std::string_view labels;
  std::string_view value;
  std::string_view timestamp;  ///< "" for none; milliseconds in 0.0.4, seconds in OpenMetrics
  std::string_view exemplar;   ///< "" for none; OpenMetrics only
  bool plain_labels = true;    ///< written as we would write them
};

/// Longest list of labels that is accepted; names are checked for doubles pairwise.
inline constexpr int most_labels = 64;

/// Reads one sample as Prometheus does: 0.0.4 with any blanks between its parts, OpenMetrics with
/// single spaces. Nullptr, or what is wrong with it (static text). Names are those of the legacy
/// character set; quoted ones are never asked for.
const char* parse_sample_line(std::string_view line, core::exposition_format format,
                              sample_line& out) noexcept;

/// A value, bound or timestamp as Go's ParseFloat takes it without hexadecimal numbers and
/// underscores; nullopt when it is none.
std::optional<double> parse_metric_number(std::string_view text) noexcept;

/// Whether a name is a metric's: [a-zA-Z_:][a-zA-Z0-9_:]*.
bool is_metric_name(std::string_view name) noexcept;
/// The name at the front, with what follows it left in `rest`; "" when there is none.
std::string_view take_metric_name(std::string_view& rest) noexcept;

bool is_utf8(std::string_view text) noexcept;

}  // namespace sidecar
