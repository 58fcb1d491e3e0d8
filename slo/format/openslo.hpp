#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/document.hpp"
#include "slo/format/reading.hpp"
#include "slo/model/decimal.hpp"
#include "slo/model/period.hpp"
#include "slo/model/sli.hpp"

/// OpenSLO v1 as values: what was written, checked field by field, references not yet followed.
/// https://github.com/OpenSLO/OpenSLO (v1). Positions refer into the documents that were read.
namespace slo {

/// `metadata` of every kind.
struct metadata {
  std::string name;          ///< RFC 1123 label; lenient: capitals, '.' and '_' too
  std::string display_name;  ///< "" when absent
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  core::position at;  ///< of the name
};

struct service_document {
  metadata meta;
  std::string description;
};

/// Where metrics are read from. Its `connectionDetails` are free: kept as they were written.
struct data_source_document {
  metadata meta;
  std::string description;
  std::string type;
  std::map<std::string, std::string> connection;
};

/// An SLI, inline or as a document of its own. One alternative a kind of metric.
struct indicator {
  metadata meta;
  std::string description;
  sli_metric metric;
};

struct sli_document {
  indicator value;
};

/// The name of another document, and where it was written.
struct reference {
  std::string name;
  core::position at;
};

/// What an SLO, or one objective of a composite, is measured by.
using indicator_source = std::variant<indicator, reference>;

/// AlertNotificationTarget, inline or of its own.
struct notification_target_document {
  metadata meta;
  std::string description;
  std::string target;
};

/// AlertCondition, inline or of its own. Its kind is `burnrate`, the only one there is.
struct alert_condition_document {
  metadata meta;
  std::string description;
  std::string severity;
  comparison op = comparison::gt;
  decimal threshold;
  long lookback_minutes = 0;
  long after_minutes = 0;
  core::position lookback_at{};
};

/// AlertPolicy, inline or of its own.
struct alert_policy_document {
  metadata meta;
  std::string description;
  bool when_no_data = false;
  bool when_resolved = false;
  bool when_breaching = false;
  std::optional<std::variant<alert_condition_document, reference>> condition;
  std::vector<std::variant<notification_target_document, reference>> targets;
};

/// What counts against the objective.
enum class budgeting { occurrences, timeslices, ratio_timeslices };

struct objective_document {
  std::string display_name;
  decimal target;                       ///< in (0, 1)
  std::optional<value_limit> limit;     ///< `op` and `value`, when both were written
  std::optional<decimal> slice_target;  ///< timeSliceTarget
  std::optional<long> slice_minutes;    ///< timeSliceWindow
  std::optional<indicator_source> sli;  ///< of a composite's member
  std::optional<decimal> weight;        ///< compositeWeight
  core::position at;
  core::position limit_at{};  ///< of `op` or `value`, else of the objective
  bool has_op = false;
  bool has_value = false;
};

struct slo_document {
  metadata meta;
  std::string description;
  reference service;
  std::optional<indicator_source> sli;  ///< nullopt: every objective has its own, a composite
  slo::period period;
  budgeting method = budgeting::occurrences;
  std::vector<objective_document> objectives;
  std::vector<std::variant<alert_policy_document, reference>> policies;
};

/// Everything that was read from all files.
struct openslo_documents {
  std::vector<service_document> services;
  std::vector<sli_document> slis;
  std::vector<slo_document> slos;
  std::vector<data_source_document> data_sources{};
  std::vector<alert_policy_document> policies{};
  std::vector<alert_condition_document> conditions{};
  std::vector<notification_target_document> targets{};
  std::vector<std::string> broken_slis{};  ///< names of SLIs that had problems: they do exist
};

/// Reads one YAML document of any kind, or a list of them, and adds them. Unknown fields are
/// problems, so that nothing written is ever ignored. On problems the document may be left out.
void read_openslo(const core::node& from, openslo_documents& into, reading& how);
/// The same by the strict profile.
void read_openslo(const core::node& from, openslo_documents& into, core::problems& found);

}  // namespace slo
