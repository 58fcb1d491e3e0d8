#pragma once

#include <string>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

/// How often a group is evaluated.
enum class pace { prompt, relaxed };

/// Of a window: those that page are recorded every minute.
inline pace pace_of(long window_minutes) noexcept {
  return window_minutes <= longest_prompt_window ? pace::prompt : pace::relaxed;
}

/// The rules of both paces of one SLO.
struct paced_rules {
  std::vector<rule> prompt;
  std::vector<rule> relaxed;

  std::vector<rule>& at(pace p) noexcept { return p == pace::prompt ? prompt : relaxed; }
};

/// Windows that one rule covers: at the prompt pace all of them, for a rule costs more than a sum
/// does; at the relaxed one each has its own, for two rules of the same name and labels, in two
/// groups, would be taken for duplicates.
struct window_set {
  pace at = pace::prompt;
  std::vector<long> windows;  ///< minutes; none: the calendar's period
  std::string label;          ///< of the only window, which the rule has as a label; "" of several
};

/// Adds rules of one objective, which all carry its identity.
class rule_builder {
 public:
  /// `windows` are all that are recorded, ascending, without a period of the calendar.
  rule_builder(const objective& o, std::vector<long> windows, paced_rules& into);

  void record(pace p, const char* name, std::string expression, const std::string& window = {});
  void record(const window_set& of, const char* name, std::string expression) {
    record(of.at, name, std::move(expression), of.label);
  }
  /// An alert's own labels come first, then the identity.
  void alert(pace p, rule alert);

  const objective& of() const noexcept { return o_; }
  /// All that are recorded, in the sets that share rules.
  std::vector<window_set> window_sets() const;
  /// `sum` or `sum by (a, b)`: an aggregation that keeps the objective's grouping.
  std::string aggregate(const char* how) const;
  /// `metric{slo_id="…",window=~"5m|1h"}`: selects what is recorded of these windows.
  std::string recorded_of(const window_set& of, const char* metric) const;

 private:
  const objective& o_;
  std::vector<long> windows_;
  paced_rules& into_;
};

/// `slo_id`, `slo_service`, `slo_name`, and what else all series of an objective carry.
label_list identity(const objective& o);

/// Whether its windows are computed from counters; otherwise they are averages of samples.
inline bool is_approximate(const objective& o) noexcept {
  return !o.counters && !o.composite();
}

/// `label_replace(…, "window", …)`: the window that a sum is over, as a label.
std::string labelled_window(const std::string& expression, const std::string& label);

}  // namespace slo
