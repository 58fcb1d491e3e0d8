#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "slo/rules/alert_plan.hpp"
#include "slo/rules/rule_tests.hpp"

namespace slo {

/// Builds the unit test of each planned alert of an objective: a clean history, then errors at a
/// steady ratio, then clean again. What fires when is computed, for every alert of the same name.
class burn_tests {
 public:
  /// `all` are the objectives of the SLO. Keeps references to them.
  burn_tests(const objective& o, const slo_objectives& all, const rule_options& options);
  ~burn_tests();

  const std::vector<planned_alert>& alerts() const noexcept;
  /// Nullopt: no steady ratio of errors brings the alert about within the time a test may take.
  std::optional<rule_test> make(std::size_t alert) const;
  /// Why its tests begin at the sums over windows and not at the counters; "" when they do not.
  const std::string& reason() const noexcept;

 private:
  class run;
  struct shared;
  std::unique_ptr<shared> shared_;
};

}  // namespace slo
