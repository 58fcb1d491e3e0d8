#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

constexpr const char* window_example = "- {duration: 28d, isRolling: true}";

/// Any text: it is a label's value, and need not be a document's name.
reference read_service(field_reader& fields, reading& how) {
  const auto* value = fields.required("service", "the name of a service");
  if (!value) return {};
  if (!value->is_scalar() || value->text.empty() || value->text.size() > 255) {
    how.problem(value->at, "service is no name", "the name of a service");
  }
  return {value->text, value->at};
}

budgeting read_budgeting(field_reader& fields, reading& how) {
  constexpr const char* methods = "Occurrences, Timeslices or RatioTimeslices";
  const auto* method = fields.optional("budgetingMethod");
  if (!method) {
    how.deviation(fields.at(), "the SLO's spec has no budgetingMethod", methods,
                  "taken for Occurrences");
    return budgeting::occurrences;
  }
  if (method->text == "Occurrences") return budgeting::occurrences;
  if (method->text == "Timeslices") return budgeting::timeslices;
  if (method->text == "RatioTimeslices") return budgeting::ratio_timeslices;
  how.problem(method->at, method->text + " is no budgeting method", methods);
  return budgeting::occurrences;
}

std::optional<period> read_period(field_reader& fields, reading& how) {
  if (const auto* window = fields.optional("timeWindow")) return read_time_window(*window, how);
  if (!how.deviation(fields.at(), "the SLO's spec has no timeWindow", window_example,
                     "taken for 28 days that roll")) {
    return std::nullopt;
  }
  return parse_rolling_period("28d");
}

std::vector<objective_document> read_objectives(field_reader& fields, budgeting method,
                                                reading& how) {
  std::vector<objective_document> out;
  const auto* list = fields.required("objectives", "a list of objectives");
  if (!list) return out;
  if (!list->is_sequence() || list->items.empty()) {
    how.problem(list->at, "objectives is no list of objectives", "- {target: 0.995}");
    return out;
  }
  for (const auto& item : list->items) {
    if (auto objective = read_objective(item, method, how)) out.push_back(std::move(*objective));
  }
  return out;
}

bool has_indicator(const core::node& from) {
  return from.find("indicator") || from.find("indicatorRef");
}

/// One indicator for the SLO, or one for each objective: a composite.
bool check_indicators(const core::node& spec, const slo_document& slo, reading& how) {
  const auto* list = spec.find("objectives");
  bool composite = false;
  for (const auto& o : list ? list->items : std::vector<core::node>()) {
    composite = composite || has_indicator(o);
  }
  if (composite == has_indicator(spec)) {
    how.problem(spec.at,
                composite ? "the SLO has an indicator, and so have its objectives"
                          : "the SLO has no indicator",
                "exactly one of indicator and indicatorRef, of the SLO or of each objective");
    return false;
  }
  bool good = composite || slo.sli.has_value();
  for (const auto& item : list ? list->items : std::vector<core::node>()) {
    if (composite && item.is_map() && !has_indicator(item)) {
      how.problem(item.at, "the objective has no indicator, but others of the SLO have",
                  "indicator or indicatorRef");
      good = false;
    }
    const auto* weight = composite ? nullptr : item.find("compositeWeight");
    if (weight) {
      good = how.deviation(weight->at, "compositeWeight goes with an indicator of each objective",
                           "no compositeWeight", "ignored") &&
             good;
    }
  }
  return good;
}

}  // namespace

std::optional<slo_document> read_slo_spec(metadata meta, const core::node& spec, reading& how) {
  field_reader fields(spec, "the SLO's spec", how.found());
  if (!fields.usable()) return std::nullopt;
  slo_document slo;
  slo.meta = std::move(meta);
  slo.description = fields.text("description", description_limit);
  slo.service = read_service(fields, how);
  slo.sli = read_indicator_source(fields, how);
  const auto window = read_period(fields, how);
  slo.method = read_budgeting(fields, how);
  slo.objectives = read_objectives(fields, slo.method, how);
  if (const auto* policies = fields.optional("alertPolicies")) {
    slo.policies = read_alert_policies(*policies, how);
  }
  fields.finish();
  const bool usable = check_indicators(spec, slo, how);
  if (!usable || !window) return std::nullopt;
  slo.period = *window;
  return slo;
}

}  // namespace slo
