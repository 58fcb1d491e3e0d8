#pragma once

#include <optional>
#include <string>
#include <vector>

/// The freeze rule: no release while an error budget is spent. Pure.
namespace slo {

/// What is left of one objective's budget over its period.
struct budget_state {
  std::string id;              ///< of the objective
  std::optional<double> left;  ///< share; nullopt: it is not known
  std::string problem;         ///< why not

  bool spent() const noexcept { return left && *left <= 0; }
};

struct freeze_state {
  std::vector<budget_state> budgets;
  std::optional<std::string> override_reason;  ///< the rule was overridden, with this reason

  bool spent() const noexcept;    ///< any of them
  bool unknown() const noexcept;  ///< any of them
};

/// One sentence: which budgets are spent or not known, and whether that was overridden.
std::string freeze_text(const freeze_state& f);

}  // namespace slo
