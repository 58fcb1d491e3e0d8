#include "slo/model/objective.hpp"
#include "slo/rules/rule_yaml.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// What is read without a problem can be turned into rules, and these are a YAML file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::problems found;
  const auto document = core::document::parse("fuzz.yaml", fuzz::text_of(data, size), found);
  slo::openslo_documents documents;
  for (const auto& root : document.roots()) slo::read_openslo(root, documents, found);
  const auto objectives = slo::resolve(documents, found);
  if (!found.empty()) return 0;
  for (const auto& o : objectives) {
    const double budget = o.budget().to_double();
    require(!o.id.empty() && budget > 0 && budget < 1);
    const auto rules = slo::rule_file_yaml({slo::rules_of(o)});
    core::problems wrong;
    const auto written = core::document::parse("rules.yaml", rules, wrong);
    require(wrong.empty() && written.roots().size() == 1 && written.roots()[0].find("groups"));
  }
  return 0;
}
