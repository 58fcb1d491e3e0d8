#pragma once

#include <string>
#include <vector>

#include "slo/rules/rules.hpp"

/// What would change if generated rules replaced those that are deployed. Pure.
namespace slo {

/// A property that is not as deployed.
struct property_change {
  std::string property;  ///< expr, for, annotation NAME, group, interval, order
  std::string deployed;
  std::string generated;
};

/// A rule (or, without a name, a group as a whole) that would be added, removed or changed.
struct rule_change {
  enum class kind { added, removed, changed };

  kind is = kind::changed;
  std::string group;
  std::string name;  ///< of what is recorded or the alert
  label_list labels;
  std::vector<property_change> properties;  ///< when it is changed
};

struct rule_difference {
  std::vector<rule_change> changes;  ///< by group, in the order of the generated rules
  std::size_t same = 0;              ///< rules that are as deployed

  bool empty() const noexcept { return changes.empty(); }
  std::size_t count(rule_change::kind kind) const;
};

/// Rules are the same by their kind, name and labels; expressions are compared in their canonical
/// spelling, since Prometheus tells them in one of its own.
rule_difference compare(const std::vector<rule_group>& deployed,
                        const std::vector<rule_group>& generated);

/// For a person: a line a rule, `+`, `-` or `~`, and a line of sums.
std::string difference_text(const rule_difference& found);
/// {"same","added","removed","changed","changes":[{"change","group","name","labels","properties"}]}
std::string difference_json(const rule_difference& found);

}  // namespace slo
