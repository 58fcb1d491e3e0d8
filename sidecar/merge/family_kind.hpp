#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/exposition.hpp"

namespace sidecar {

/// The types of OpenMetrics 1.0; the text format 0.0.4 has the first five.
enum class family_kind : std::uint8_t {
  unknown,
  counter,
  gauge,
  histogram,
  summary,
  gauge_histogram,
  info,
  state_set
};

/// The type of a TYPE line; nullopt when the format has none of that name.
std::optional<family_kind> parse_family_kind(std::string_view word,
                                             core::exposition_format format) noexcept;
/// The word of a TYPE line. What 0.0.4 lacks is a gauge there.
const char* type_word(family_kind kind, core::exposition_format format) noexcept;

family_kind to_family_kind(core::metric_type type) noexcept;

/// What the names of a family's samples may add to its name (OpenMetrics 1.0, "Metric types").
std::span<const std::string_view> sample_suffixes(family_kind kind) noexcept;
/// The suffixes whose names no other family may have, whether there are such samples or not. A
/// gauge histogram also has those of the histogram that it is in 0.0.4.
std::span<const std::string_view> taken_suffixes(family_kind kind) noexcept;

}  // namespace sidecar
