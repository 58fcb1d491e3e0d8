#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "slo/objective.hpp"
#include "slo/rule_yaml.hpp"

/// What is read without a problem can be turned into rules.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::problems found;
  const auto document =
      core::document::parse("fuzz.yaml", {reinterpret_cast<const char*>(data), size}, found);
  slo::openslo_documents documents;
  for (const auto& root : document.roots()) slo::read_openslo(root, documents, found);
  const auto objectives = slo::resolve(documents, found);
  if (!found.empty()) return 0;
  for (const auto& o : objectives) {
    const double budget = o.budget().to_double();
    if (o.id.empty() || !(budget > 0 && budget < 1)) std::abort();
    if (slo::rule_file_yaml({slo::rules_of(o)}).empty()) std::abort();
  }
  return 0;
}
