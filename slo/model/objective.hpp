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
  /// Timeslices: the share of good events that makes a slice good (of a composite: 1, a slice is
  /// good when it is good for all members). Nullopt: RatioTimeslices, each slice counts for the
  /// share of its events that is good.
  std::optional<decimal> target;
};

/// Part of a composite objective.
struct composite_member {
  std::string id;        ///< of the objective it is
  decimal weight{1, 0};  ///< composites of Timeslices ignore it
};

/// One objective, with everything that it refers to in place: what rules, reports and verdicts are
/// made from. Knows nothing of files.
struct objective {
  /// Label `slo_id`: the SLO's name, with `-2`… for further objectives. A composite has the name,
  /// its members `-1`, `-2`….
  std::string id;
  std::string service;       ///< label `slo_service`
  std::string name;          ///< label `slo_name`: the SLO's name
  std::string display_name;  ///< for people; never empty
  std::string description;
  std::map<std::string, std::string> labels;  ///< of the SLO's metadata
  /// In (0, 1). A composite burns what its members burn and has none: 0; but one of Timeslices has
  /// bad slices of its own, and the strictest target of its members.
  decimal target;
  slo::period period;
  std::optional<time_slices> slices;  ///< nullopt: Occurrences
  sli_metric sli;
  std::optional<value_limit> limit;       ///< with a threshold metric
  std::optional<counter_ratio> counters;  ///< when events can be counted exactly
  std::vector<std::string> grouping;      ///< labels that its rules keep; usually none
  std::vector<alert_policy> policies;
  std::vector<composite_member> members;  ///< of a composite, which burns Σ weight × burn rate
  /// The composite it is a member of; "" of none. Alerts are the composite's: members have none.
  std::string part_of;

  bool composite() const noexcept { return !members.empty(); }
  decimal budget() const { return target.complement(); }
  long period_minutes() const { return period.minutes; }
};

/// What an objective has that two exact counters over a rolling window cannot express ("calendar
/// periods"); nullopt: nothing. For whoever can count only those.
std::optional<std::string> beyond_counters(const objective& o);

/// The highest burn rate that can ever be seen: everything fails. 1 / budget; of a composite the
/// weighted sum of its members', which are among `all`.
double highest_burn_rate(const objective& o, const std::vector<objective>& all);

/// Follows the references of all documents. Names are unique per kind; what cannot be resolved, and
/// an objective with an alert that could never fire, is a problem. In the order of the documents;
/// the members of a composite come right before it.
std::vector<objective> resolve(const openslo_documents& documents, reading& how);
/// The same by the strict profile.
std::vector<objective> resolve(const openslo_documents& documents, core::problems& found);

/// A file of this name beside SLO files is no OpenSLO: slo/evidence/correction.hpp.
inline constexpr const char* corrections_file_name = "corrections.yaml";

/// What was read from files. Positions refer into them.
struct loaded_objectives {
  std::vector<core::document> files;
  openslo_documents documents;
  std::vector<objective> objectives;
};

/// Reads files and folders (their *.yaml and *.yml, sorted, not deeper) and resolves them. A path
/// that does not exist is a problem.
loaded_objectives load_openslo(const std::vector<std::string>& paths, reading& how);

/// The objectives alone, without places in files, by the strict profile. A set without any SLO is a
/// problem.
std::vector<objective> load_objectives(const std::vector<std::string>& paths,
                                       core::problems& found);

}  // namespace slo
