#pragma once

#include <optional>
#include <string>

#include "slo/format/openslo.hpp"

namespace slo {

/// Series that an indicator's selectors select, made up from their conditions, so that unit tests
/// of rules have something to count with.
struct example_series {
  std::string part;            ///< counted by the part (good or bad)
  std::string remainder;       ///< counted by the total and not by the part
  bool part_in_total = false;  ///< the total counts `part` too; otherwise `remainder` is all of it
};

/// Nullopt when no series can be made up: a regular expression other than alternatives of plain
/// text, `.+` and `.*`, or a part that is the total.
std::optional<example_series> make_example(const counter_ratio& metric);

/// Whether a selector selects a series.
bool selects(const selector& s, const std::string& metric, const label_list& labels);

}  // namespace slo
