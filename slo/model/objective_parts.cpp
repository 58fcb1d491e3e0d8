#include "slo/model/objective_parts.hpp"

namespace slo {

namespace {

/// The labels that rules write themselves.
bool is_reserved_label(const std::string& name) {
  return name.starts_with("slo_") || name == "window" || name == "le" || name.starts_with("__");
}

void check_grouping(const objective& o, const ratio_metric& ratio, reading& how) {
  for (const auto& label : o.grouping) {
    if (!is_reserved_label(label)) continue;
    how.problem(ratio.total.at, "the label " + label + " cannot be kept: rules write it themselves",
                "grouping by other labels");
  }
}

void take_limit(objective& o, const objective_document& from, reading& how) {
  o.limit = from.limit;
  if (from.limit) return;
  how.problem(
      from.limit_at,
      "the objective of a thresholdMetric has no " + std::string(from.has_op ? "value" : "op"),
      "op and value: what a good value keeps");
}

}  // namespace

objective objective_of(const slo_document& slo, const objective_document& from) {
  objective o;
  o.service = slo.service.name;
  o.name = slo.meta.name;
  o.description = slo.description;
  o.labels = slo.meta.labels;
  o.target = from.target;
  o.period = slo.period;
  if (slo.method != budgeting::occurrences) {
    o.slices = time_slices{static_cast<int>(from.slice_minutes.value_or(1)), from.slice_target};
  }
  return o;
}

const std::string& title_of(const slo_document& slo) {
  return slo.meta.display_name.empty() ? slo.meta.name : slo.meta.display_name;
}

std::string title_of(const slo_document& slo, const objective_document& from) {
  if (slo.objectives.size() == 1) return title_of(slo);
  return title_of(slo) + ", " +
         (from.display_name.empty() ? from.target.to_string() : from.display_name);
}

void measure(objective& o, const objective_document& from, const indicator& sli, reading& how) {
  o.sli = sli.metric;
  if (const auto* ratio = std::get_if<ratio_metric>(&sli.metric); ratio && ratio->exact()) {
    o.counters =
        counter_ratio{ratio->part_is, ratio->part.counter->counter, ratio->total.counter->counter};
    o.grouping = ratio->total.counter->grouping;
    check_grouping(o, *ratio, how);
  }
  if (std::holds_alternative<threshold_metric>(sli.metric)) {
    take_limit(o, from, how);
  } else if (from.has_op || from.has_value) {
    how.deviation(from.limit_at, "op and value go with a thresholdMetric",
                  "neither with a ratioMetric", "ignored");
  }
}

}  // namespace slo
