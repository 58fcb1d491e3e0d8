#pragma once

#include <string>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/rules/rule_yaml.hpp"

/// From objectives to files. Pure: the same objectives and options give the same bytes.
namespace slo {

struct generated_file {
  std::string path;
  std::string content;
};

/// Where generated files go.
struct generation_folders {
  std::string rules;  ///< NAME.rules.yaml
  std::string tests;  ///< NAME.test.yaml
};

enum class rule_format {
  rules,           ///< files that Prometheus loads
  prometheus_rule  ///< resources for its operator
};

enum class rule_names {
  remora,
  sloth  ///< ours and sloth's (slo/rules/sloth_names.hpp)
};

struct generation_options {
  generation_folders to;
  rule_format format = rule_format::rules;
  rule_names names = rule_names::remora;
  resource_metadata resource = {};  ///< of prometheus_rule; the name is the SLO's, behind `slo-`
  rule_options rules = {};
};

/// What was generated, and what could not be.
struct generation {
  std::vector<generated_file> files;
  std::vector<std::string> notes;  ///< for a person: which SLO has no unit tests, and why
};

/// The rule and test files of all objectives, a pair for each SLO. promtool cannot read resources:
/// beside the tests of such there is a plain file of the same rules.
generation generate(const std::vector<objective>& objectives, const generation_options& options);

/// The rules alone, of all objectives.
std::vector<rule_group> generate_groups(const std::vector<objective>& objectives, rule_names names,
                                        const rule_options& options = {});

}  // namespace slo
