#pragma once

#include <string>
#include <vector>

#include "core/document.hpp"
#include "slo/openslo.hpp"

namespace slo {

/// One objective, with everything that it refers to in place: what rules, reports and verdicts are
/// made from. Knows nothing of files.
struct objective {
  std::string id;       ///< label `slo_id`: the SLO's name, with `-2`… for further objectives
  std::string service;  ///< label `slo_service`
  std::string name;     ///< label `slo_name`: the SLO's name
  std::string display_name;  ///< for people; never empty
  std::string description;
  decimal target;  ///< in (0, 1)
  rolling_window period;
  ratio_metric metric;

  decimal budget() const { return target.complement(); }
  long period_minutes() const { return period.hours * 60L; }
};

/// Follows the references of all documents. Names are unique per kind; what cannot be resolved, and
/// an objective with an alert that could never fire, is a problem. In the order of the documents.
std::vector<objective> resolve(const openslo_documents& documents, core::problems& found);

/// Reads files and folders (their *.yaml and *.yml, sorted, not deeper) and resolves them. A path
/// that does not exist, and a set without any SLO, is a problem.
std::vector<objective> load_objectives(const std::vector<std::string>& paths,
                                       core::problems& found);

}  // namespace slo
