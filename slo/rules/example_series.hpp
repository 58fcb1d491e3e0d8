#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/format/openslo.hpp"

namespace slo {

/// Series that an indicator's selectors select, made up from their conditions, so that unit tests
/// of rules have something to count with.
struct example_series {
  std::string part;            ///< counted by the part (good or bad)
  std::string remainder;       ///< counted by the total and not by the part
  bool part_in_total = false;  ///< the total counts `part` too; otherwise `remainder` is all of it
  label_list group{};          ///< the values of the labels that were asked for, equal in both
  label_list part_labels{};
  label_list remainder_labels{};
};

/// Both series have the labels of `grouping`, with the same values. Nullopt when no series can be
/// made up: a regular expression beyond literals, classes, groups, alternatives and repetitions, or
/// a part that is the total.
std::optional<example_series> make_example(const counter_ratio& metric,
                                           const std::vector<std::string>& grouping = {});

/// Whether a selector selects a series.
bool selects(const selector& s, const std::string& metric, const label_list& labels);

}  // namespace slo
