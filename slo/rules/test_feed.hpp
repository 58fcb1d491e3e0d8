#pragma once

#include <string>
#include <vector>

#include "slo/rules/example_series.hpp"
#include "slo/rules/minute_history.hpp"
#include "slo/rules/rule_tests.hpp"

namespace slo {

/// Turns a history into the series that a test gives promtool: the counters of each objective, or
/// the minute's error ratio where there are none. Where no counters can be made up, or they would
/// get into each other's way, the sums over windows are given, and the rules before them go
/// untested.
class test_feed {
 public:
  /// `all` are the objectives of the SLO. `long_windows`: an alert is on more
  /// than three days.
  test_feed(const objective& o, const slo_objectives& all, bool long_windows);

  std::vector<test_series> series(const objective_history& history) const;
  /// Values of the labels that the objective is grouped by.
  const label_list& group() const noexcept { return group_; }
  bool by_windows() const noexcept { return !reason_.empty(); }
  /// Why sums over windows are given; "" when they are not.
  const std::string& reason() const noexcept { return reason_; }

 private:
  std::vector<test_series> leaf_series(std::size_t leaf, const minute_history& history) const;
  std::vector<test_series> window_series(std::size_t leaf, const minute_history& history) const;
  std::string make_examples();

  const objective& o_;
  std::vector<const objective*> leaves_;
  std::vector<example_series> examples_;  ///< of each leaf with counters
  label_list group_;
  std::string reason_;
};

/// The labels of what an objective records, grouping included.
label_list recorded_labels(const objective& o, const label_list& group,
                           const std::string& window = {});

/// A number in promtool's notation, repeated.
std::string steady_values(const std::string& value, long times);

}  // namespace slo
