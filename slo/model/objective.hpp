#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/document.hpp"
#include "slo/format/openslo.hpp"
#include "slo/model/alert_policy.hpp"
#include "slo/model/period.hpp"
#include "slo/model/sli.hpp"

namespace slo {

/// Time instead of events is counted: the period falls into slices, aligned to the epoch or to the
/// start of the calendar's period, and a slice without events is left out.
struct time_slices {
  int minutes = 1;
  /// Timeslices: the share of good events that makes a slice good. Nullopt: RatioTimeslices, each
  /// slice counts for the share of its events that is good.
  std::optional<decimal> target;
};

/// Part of a composite objective.
struct composite_member {
  std::string id;  ///< of the objective it is
  decimal weight{1, 0};
};

/// One objective, with everything that it refers to in place: what rules, reports and verdicts are
/// made from. Knows nothing of files.
struct objective {
  std::string id;       ///< label `slo_id`: the SLO's name, with `-2`… for further objectives
  std::string service;  ///< label `slo_service`
  std::string name;     ///< label `slo_name`: the SLO's name
  std::string display_name;  ///< for people; never empty
  std::string description;
  std::map<std::string, std::string> labels;  ///< of the SLO's metadata
  decimal target;                             ///< in (0, 1); of a composite: none, 0
  slo::period period;
  std::optional<time_slices> slices;  ///< nullopt: Occurrences
  sli_metric sli;
  std::optional<value_limit> limit;       ///< with a threshold metric
  std::optional<counter_ratio> counters;  ///< when events can be counted exactly
  std::vector<std::string> grouping;      ///< labels that its rules keep; usually none
  std::vector<alert_policy> policies;
  std::vector<composite_member> members;  ///< of a composite, which burns Σ weight × burn rate
  std::string part_of;                    ///< the composite it is a member of; "" of none

  bool composite() const noexcept { return !members.empty(); }
  decimal budget() const { return target.complement(); }
  long period_minutes() const { return period.minutes; }
};

/// Follows the references of all documents. Names are unique per kind; what cannot be resolved, and
/// an objective with an alert that could never fire, is a problem. In the order of the documents.
std::vector<objective> resolve(const openslo_documents& documents, core::problems& found);

/// Reads files and folders (their *.yaml and *.yml, sorted, not deeper) and resolves them. A path
/// that does not exist, and a set without any SLO, is a problem.
std::vector<objective> load_objectives(const std::vector<std::string>& paths,
                                       core::problems& found);

}  // namespace slo
