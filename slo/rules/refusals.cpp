#include "slo/rules/refusals.hpp"

#include <algorithm>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/calendar_expression.hpp"
#include "slo/rules/slice_rules.hpp"

namespace slo {

namespace {

constexpr long hour = 60;

using reasons = std::vector<std::string>;

void check_policies(const objective& o, reasons& found) {
  for (const auto& policy : o.policies) {
    const long lookback = policy.lookback_minutes;
    if (lookback > longest_minute_window && (lookback % hour != 0 || o.slices)) {
      found.push_back("the alert policy " + policy.name + " looks back over " +
                      span_label(lookback) + ": beyond 3d rules sum whole hours" +
                      (o.slices ? ", and no slices" : ""));
    }
    if (lookback > o.period_minutes()) {
      found.push_back("the alert policy " + policy.name + " looks back over " +
                      span_label(lookback) + ", more than the period of " + o.period.label);
    }
  }
}

void check_composite(const objective& o, const std::vector<objective>& all, reasons& found) {
  for (const auto& member : o.members) {
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const objective& other) { return other.id == member.id; });
    if (at == all.end()) {
      found.push_back("its member " + member.id + " is not there");
    } else if (at->slices || o.slices) {
      found.push_back("composites of time slices cannot be written as rules");
      return;
    } else if (at->grouping != o.grouping) {
      found.push_back(
          "its members are grouped by different labels, so their burn rates cannot be "
          "added");
      return;
    }
  }
}

reasons reasons_of(const objective& o, const std::vector<objective>& all) {
  reasons found;
  for (auto reason : {calendar_refusal(o.period), slice_refusal(o)}) {
    if (!reason.empty()) found.push_back(std::move(reason));
  }
  check_policies(o, found);
  if (o.composite()) check_composite(o, all, found);
  return found;
}

}  // namespace

std::vector<std::string> refused_for_rules(const std::vector<objective>& objectives) {
  std::vector<std::string> out;
  for (const auto& o : objectives) {
    for (const auto& reason : reasons_of(o, objectives)) out.push_back(o.id + ": " + reason);
  }
  return out;
}

}  // namespace slo
