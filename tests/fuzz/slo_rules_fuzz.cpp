#include <string>
#include <vector>

#include "slo/evidence/loaded_rules.hpp"
#include "slo/rules/canonical_promql.hpp"
#include "slo/rules/rule_difference.hpp"
#include "slo/rules/rule_reader.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// One spelling has one spelling, and white space around it changes nothing.
void check_spelling(std::string_view text) {
  const auto canonical = slo::canonical_promql(text);
  require(slo::canonical_promql(canonical) == canonical);
  require(slo::canonical_promql(" \n" + canonical + "\t") == canonical);
}

/// Rules are all there in themselves.
void check_rules(const std::vector<slo::rule_group>& groups) {
  const auto same = slo::compare(groups, groups);
  require(same.count(slo::rule_change::kind::added) == 0);
  require(same.count(slo::rule_change::kind::removed) == 0);
  std::size_t rules = 0;
  for (const auto& group : groups) rules += group.rules.size();
  const auto gone = slo::compare(groups, {});
  require(gone.count(slo::rule_change::kind::removed) == rules && gone.same == 0);
  require(!slo::difference_text(same).empty() && !slo::difference_json(same).empty());
}

}  // namespace

/// PromQL, what /api/v1/rules answers, and rule files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_spelling(text);
  const auto loaded = slo::parse_loaded_rules(text);
  if (loaded.has_value()) {
    check_rules(*loaded);
  } else {
    require(!loaded.error().empty());
  }
  core::problems found;
  const auto file = core::document::parse("rules.yaml", text, found);
  check_rules(slo::read_rule_groups(file, found));
  return 0;
}
