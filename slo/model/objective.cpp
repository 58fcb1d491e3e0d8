#include "slo/model/objective.hpp"

#include <algorithm>

namespace slo {

namespace {

double burn_rate_of_all(const objective& o) {
  const double budget = o.budget().to_double();
  return budget > 0 ? 1 / budget : 0;
}

}  // namespace

std::optional<std::string> beyond_counters(const objective& o) {
  if (o.composite()) return "a composite";
  if (o.slices) return "time slices";
  if (!o.period.rolling()) return "calendar periods";
  if (std::holds_alternative<raw_metric>(o.sli)) return "a raw ratio";
  if (std::holds_alternative<threshold_metric>(o.sli)) return "a threshold metric";
  if (!o.counters) return "queries that are no counters";
  return std::nullopt;
}

double highest_burn_rate(const objective& o, const std::vector<objective>& all) {
  const bool sums = o.composite() && !(o.slices && o.slices->target);
  if (!sums) return burn_rate_of_all(o);
  double sum = 0;
  for (const auto& member : o.members) {
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const objective& other) { return other.id == member.id; });
    if (at != all.end()) sum += member.weight.to_double() * burn_rate_of_all(*at);
  }
  return sum;
}

}  // namespace slo
