#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slo/rules/rules.hpp"

namespace slo {

/// Text of a person inside an annotation, which Prometheus expands as a template.
std::string literal_text(std::string_view text);

/// `a, b`
std::string joined(const std::vector<std::string>& names);

/// `summary` (the objective's name and what it does), `description` and `runbook_url`. A
/// description says which group of the objective it is about, and whether its numbers are exact.
label_list annotations_of(const objective& o, const char* alert, const std::string& does,
                          std::string description, const rule_options& options);

/// Annotations as Prometheus expands them for this value and these labels.
label_list expanded(label_list annotations, double value, const label_list& group);

}  // namespace slo
