#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/document.hpp"
#include "slo/decimal.hpp"
#include "slo/metric_query.hpp"

/// OpenSLO v1 as values: what was written, checked field by field, references not yet followed.
/// https://github.com/OpenSLO/OpenSLO (v1). Positions refer into the documents that were read.
namespace slo {

/// `metadata` of every kind.
struct metadata {
  std::string name;          ///< RFC 1123 label
  std::string display_name;  ///< "" when absent
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  core::position at;  ///< of the name
};

struct service_document {
  metadata meta;
  std::string description;
};

/// A ratio of two counters. `part` counts the good events or the bad ones.
struct ratio_metric {
  enum class kind { good, bad };

  kind part_is = kind::good;
  metric_query part;
  metric_query total;
};

/// An SLI, inline or as a document of its own. One alternative a kind of metric.
struct indicator {
  metadata meta;
  std::string description;
  std::variant<ratio_metric> metric;
};

struct sli_document {
  indicator value;
};

/// The name of another document, and where it was written.
struct reference {
  std::string name;
  core::position at;
};

struct rolling_window {
  int hours = 0;      ///< a multiple of 1, at least 24
  std::string label;  ///< days when it is whole days ("28d"), else hours: Prometheus spelling
};

/// What counts against the objective. One alternative a method.
enum class budgeting { occurrences };

struct objective_document {
  std::string display_name;
  decimal target;  ///< in (0, 1)
  core::position at;
};

struct slo_document {
  metadata meta;
  std::string description;
  reference service;
  std::variant<indicator, reference> sli;
  std::variant<rolling_window> window;
  budgeting method = budgeting::occurrences;
  std::vector<objective_document> objectives;
};

/// Everything that was read from all files.
struct openslo_documents {
  std::vector<service_document> services;
  std::vector<sli_document> slis;
  std::vector<slo_document> slos;
  std::vector<std::string> broken_slis{};  ///< names of SLIs that had problems: they do exist
};

/// Reads one YAML document of any supported kind and adds it. Strict: unknown fields are problems,
/// and so is each field of OpenSLO that this version cannot honour ("not supported yet"), so that
/// nothing written is ever ignored. On problems the document may be left out.
void read_openslo(const core::node& from, openslo_documents& into, core::problems& found);

}  // namespace slo
