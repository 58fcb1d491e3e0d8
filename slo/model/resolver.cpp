#include <algorithm>

#include "slo/model/alert_checks.hpp"
#include "slo/model/objective_parts.hpp"
#include "slo/model/references.hpp"
#include "slo/model/source_checks.hpp"

namespace slo {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Objectives from documents, one SLO after the other.
class resolver {
 public:
  resolver(const openslo_documents& documents, reading& how)
      : documents_(documents), how_(how), known_(documents, how) {}

  std::vector<objective> resolve() {
    for (const auto& sli : documents_.slis) check_sources(sli.value, known_, how_);
    for (const auto& policy : documents_.policies) {
      if (!is_used(policy)) resolve_policy(policy, known_, how_);
    }
    for (const auto& slo : documents_.slos) append(slo);
    check_ids();
    return std::move(out_);
  }

 private:
  void append(const slo_document& slo) {
    check_service(slo);
    const auto policies = policies_of(slo, known_, how_);
    if (slo.sli) {
      if (const auto* sli = find(*slo.sli)) append_objectives(slo, *sli, policies);
    } else {
      append_composite(slo, policies);
    }
  }

  // One SLO file alone is complete enough; beside services, a name must be one of theirs.
  void check_service(const slo_document& slo) {
    const auto& name = slo.service.name;
    if (known_.services.empty() || name.empty() || known_.services.find(name)) return;
    how_.problem(slo.service.at, known_.services.missing(name), known_.services.names());
  }

  bool is_used(const alert_policy_document& policy) const {
    for (const auto& slo : documents_.slos) {
      for (const auto& one : slo.policies) {
        const auto* name = std::get_if<reference>(&one);
        if (name && name->name == policy.meta.name) return true;
      }
    }
    return false;
  }

  const indicator* find(const indicator_source& from) {
    if (const auto* inlined = std::get_if<indicator>(&from)) {
      check_sources(*inlined, known_, how_);
      return inlined;
    }
    const auto& wanted = std::get<reference>(from);
    if (const auto* sli = known_.slis.find(wanted.name)) return &sli->value;
    if (!wanted.name.empty() && !contains(documents_.broken_slis, wanted.name)) {
      how_.problem(wanted.at, known_.slis.missing(wanted.name), known_.slis.names());
    }
    return nullptr;
  }

  void append_objectives(const slo_document& slo, const indicator& sli,
                         const std::vector<resolved_policy>& policies) {
    for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
      const auto& from = slo.objectives[i];
      auto o = objective_of(slo, from);
      o.id = i == 0 ? slo.meta.name : slo.meta.name + "-" + std::to_string(i + 1);
      o.display_name = title_of(slo, from);
      measure(o, from, sli, how_);
      finish(std::move(o), from.at, policies);
    }
  }

  /// Its alerts can fire; then it is one of ours.
  void finish(objective o, const core::position& at, const std::vector<resolved_policy>& policies) {
    for (const auto& policy : policies) o.policies.push_back(policy.value);
    const auto highest = highest_burn_rate(o, out_);
    check_derived_alerts(o, highest, at, how_);
    check_policies(o, highest, policies, how_);
    out_.push_back(std::move(o));
  }

  void append_composite(const slo_document& slo, const std::vector<resolved_policy>& policies) {
    if (slo.objectives.empty()) return;
    auto whole = objective_of(slo, slo.objectives.front());
    whole.id = slo.meta.name;
    whole.display_name = title_of(slo);
    whole.target = decimal();
    bool complete = true;
    for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
      const auto& from = slo.objectives[i];
      const auto* sli = find(*from.sli);
      if (!sli) {
        complete = false;
        continue;
      }
      auto member = objective_of(slo, from);
      member.id = slo.meta.name + "-" + std::to_string(i + 1);
      member.display_name = title_of(slo, from);
      member.part_of = whole.id;
      measure(member, from, *sli, how_);
      check_member(slo, from, member, whole);
      whole.members.push_back({member.id, from.weight.value_or(decimal(1, 0))});
      if (slo.method == budgeting::timeslices &&
          member.target.to_double() > whole.target.to_double())
        whole.target = member.target;
      out_.push_back(std::move(member));
    }
    if (!complete) return;
    if (slo.method == budgeting::timeslices) whole.slices->target = decimal(1, 0);
    finish(std::move(whole), slo.meta.at, policies);
  }

  void check_member(const slo_document& slo, const objective_document& from,
                    const objective& member, const objective& whole) {
    if (member.slices && member.slices->minutes != whole.slices->minutes) {
      how_.problem(
          from.at, "the objectives of a composite have slices of different lengths",
          "timeSliceWindow: " + std::to_string(whole.slices->minutes) + "m" + ", as the first one");
    }
    if (slo.method == budgeting::timeslices && from.weight) {
      how_.note(from.at,
                "compositeWeight has no meaning with Timeslices: one bad slice of any "
                "member makes a bad slice of the whole");
    }
    if (!member.grouping.empty()) {
      how_.problem(from.at, "the indicator of a composite's objective is grouped by labels",
                   "sum(…) without by");
    }
  }

  /// Two SLOs `a` and `a-2` could claim the same id when `a` has two objectives.
  void check_ids() {
    std::map<std::string, std::string> owner;
    for (const auto& o : out_) {
      const auto [first, added] = owner.emplace(o.id, o.name);
      if (added || first->second == o.name) continue;
      const auto* slo = known_.slos.find(o.name);
      how_.problem(slo ? slo->meta.at : core::position{},
                   "the SLOs " + first->second + " and " + o.name + " would share the id " + o.id,
                   "another name");
    }
  }

  const openslo_documents& documents_;
  reading& how_;
  references known_;
  std::vector<objective> out_;
};

}  // namespace

std::vector<objective> resolve(const openslo_documents& documents, reading& how) {
  return resolver(documents, how).resolve();
}

std::vector<objective> resolve(const openslo_documents& documents, core::problems& found) {
  core::problems unread;
  reading how(profile::strict, found, unread);
  return resolve(documents, how);
}

}  // namespace slo
