#include <map>

#include "slo/model/objective.hpp"
#include "slo/rules/refusals.hpp"
#include "slo/rules/rule_yaml.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

struct outcome {
  core::problems found;
  core::problems notes;
  std::vector<slo::objective> objectives;
};

outcome read(const core::document& from, slo::profile rules) {
  outcome out;
  slo::reading how(rules, out.found, out.notes);
  slo::openslo_documents documents;
  for (const auto& root : from.roots()) slo::read_openslo(root, documents, how);
  out.objectives = slo::resolve(documents, how);
  return out;
}

/// Everything that is ever read from an objective is in order.
void check(const slo::objective& o, const std::vector<slo::objective>& all) {
  const double budget = o.budget().to_double();
  require(!o.id.empty() && budget > 0 && (budget < 1 || (o.composite() && budget == 1)));
  require(o.period_minutes() >= 24 * 60 && o.period_minutes() <= 366 * 24 * 60);
  require(!o.slices || o.slices->minutes >= 1);
  require(o.composite() ||
          o.limit.has_value() == std::holds_alternative<slo::threshold_metric>(o.sli));
  require(slo::highest_burn_rate(o, all) > 0);
  for (const auto& policy : o.policies) {
    require(policy.when_breaching || policy.when_no_data);
    require(policy.lookback_minutes > 0 && policy.lookback_minutes <= o.period_minutes());
  }
}

/// What is not refused can be turned into rules, a YAML file, for each SLO.
void check_rules(const std::vector<slo::objective>& all) {
  if (!slo::refused_for_rules(all).empty()) return;
  std::map<std::string, slo::slo_objectives> by_name;
  for (const auto& o : all) by_name[o.name].push_back(&o);
  for (const auto& [name, objectives] : by_name) {
    core::problems wrong;
    const auto written =
        core::document::parse("rules.yaml", slo::rule_file_yaml(slo::rules_of(objectives)), wrong);
    require(wrong.empty() && written.roots().size() == 1 && written.roots()[0].find("groups"));
  }
}

}  // namespace

/// What is read without a problem is in order, and can be turned into rules. What the strict
/// profile reads, the lenient one reads alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::problems syntax;
  const auto document = core::document::parse("fuzz.yaml", fuzz::text_of(data, size), syntax);
  const auto strict = read(document, slo::profile::strict);
  const auto lenient = read(document, slo::profile::lenient);
  for (const auto* one : {&strict, &lenient}) {
    if (!syntax.empty() || !one->found.empty()) continue;
    for (const auto& o : one->objectives) check(o, one->objectives);
    check_rules(one->objectives);
  }
  if (strict.found.empty()) {
    require(lenient.found.empty() && lenient.objectives.size() == strict.objectives.size());
  }
  return 0;
}
