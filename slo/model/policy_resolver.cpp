#include "slo/model/policy_resolver.hpp"

#include <algorithm>

namespace slo {

namespace {

const alert_condition_document* condition_of(const alert_policy_document& policy,
                                             const references& known, reading& how) {
  if (!policy.condition) return nullptr;  // reported by the reader
  if (const auto* inlined = std::get_if<alert_condition_document>(&*policy.condition)) {
    return inlined;
  }
  const auto& wanted = std::get<reference>(*policy.condition);
  const auto* found = known.conditions.find(wanted.name);
  if (!found)
    how.problem(wanted.at, known.conditions.missing(wanted.name), known.conditions.names());
  return found;
}

notification_target told(const notification_target_document& from) {
  return {from.meta.name, from.target, from.description};
}

std::optional<notification_target> target_of(
    const std::variant<notification_target_document, reference>& from, const references& known,
    reading& how) {
  if (const auto* inlined = std::get_if<notification_target_document>(&from)) return told(*inlined);
  const auto& wanted = std::get<reference>(from);
  if (const auto* found = known.targets.find(wanted.name)) return told(*found);
  if (known.targets.empty()) return notification_target{wanted.name, {}, {}};
  if (!how.deviation(wanted.at, known.targets.missing(wanted.name), known.targets.names(),
                     "told by its name alone")) {
    return std::nullopt;
  }
  return notification_target{wanted.name, {}, {}};
}

}  // namespace

std::optional<resolved_policy> resolve_policy(const alert_policy_document& policy,
                                              const references& known, reading& how) {
  std::vector<notification_target> targets;
  for (const auto& from : policy.targets) {
    if (auto target = target_of(from, known, how)) targets.push_back(*std::move(target));
  }
  const auto* condition = condition_of(policy, known, how);
  if (!condition) return std::nullopt;
  resolved_policy out;
  out.at = policy.meta.at;
  out.lookback_at = condition->lookback_at;
  auto& to = out.value;
  to.name = policy.meta.name;
  to.display_name = policy.meta.display_name;
  to.description = policy.description.empty() ? condition->description : policy.description;
  to.when_no_data = policy.when_no_data;
  to.when_resolved = policy.when_resolved;
  to.when_breaching = policy.when_breaching;
  to.severity = condition->severity;
  to.op = condition->op;
  to.threshold = condition->threshold;
  to.lookback_minutes = condition->lookback_minutes;
  to.after_minutes = condition->after_minutes;
  to.targets = std::move(targets);
  return out;
}

std::vector<resolved_policy> policies_of(const slo_document& slo, const references& known,
                                         reading& how) {
  std::vector<resolved_policy> out;
  for (const auto& from : slo.policies) {
    const auto* policy = std::get_if<alert_policy_document>(&from);
    if (!policy) {
      const auto& wanted = std::get<reference>(from);
      policy = known.policies.find(wanted.name);
      if (!policy) {
        how.problem(wanted.at, known.policies.missing(wanted.name), known.policies.names());
        continue;
      }
    }
    auto one = resolve_policy(*policy, known, how);
    if (!one) continue;
    const bool twice = std::any_of(out.begin(), out.end(), [&](const resolved_policy& other) {
      return other.value.name == one->value.name;
    });
    if (twice) {
      how.problem(slo.meta.at,
                  "the SLO " + slo.meta.name + " has two alert policies named " + one->value.name,
                  "a name of its own for each");
      continue;
    }
    out.push_back(*std::move(one));
  }
  return out;
}

}  // namespace slo
