#include "slo/format/field_reader.hpp"
#include "slo/format/openslo.hpp"
#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

reference read_reference(field_reader& fields, const char* name) {
  const auto* value = fields.required(name, "the name of a document");
  if (!value) return {};
  if (!value->is_scalar() || !is_dns_label(value->text)) {
    fields.problem(value->at, std::string(name) + " is no name of a document", dns_label_rule);
  }
  return {value->text, value->at};
}

/// timeWindow is a list of exactly one.
std::optional<period> read_time_window(const core::node* from, core::problems& found) {
  if (!from) return std::nullopt;
  if (!from->is_sequence() || from->items.size() != 1) {
    found.add(from->at, "timeWindow is no list of one window",
              "- {duration: 28d, isRolling: true}");
    return std::nullopt;
  }
  field_reader fields(from->items[0], "the time window", found);
  const auto* duration = fields.required("duration", "28d, 4w");
  const auto rolling = fields.boolean("isRolling");
  fields.unsupported("calendar", "isRolling: true");
  fields.finish();
  if (!rolling.value_or(false) && !from->items[0].find("calendar")) {
    found.add(fields.at(), "windows that do not roll are not supported yet", "isRolling: true");
  }
  if (!duration) return std::nullopt;
  auto window = parse_rolling_period(duration->text);
  if (!window) {
    found.add(duration->at, "the window's duration is not usable: " + duration->text,
              "a number with h, d, w, M (30 d), Q (90 d) or Y (365 d); from 1d to 366d");
  }
  return window;
}

std::optional<decimal> read_target(field_reader& fields, core::problems& found) {
  const auto* target = fields.optional("target");
  const auto* percent = fields.optional("targetPercent");
  if (!target == !percent) {
    found.add(
        fields.at(),
        target ? "the objective has both target and targetPercent" : "the objective has no target",
        "exactly one of target and targetPercent");
    return std::nullopt;
  }
  const auto* from = target ? target : percent;
  auto value = from->quoted ? std::nullopt : decimal::parse(from->text);
  if (value && percent) value = value->percent();
  if (value && value->to_double() > 0 && value->to_double() < 1) return value;
  const bool all = value && value->to_double() == 1;
  found.add(from->at,
            all ? "a target of 100 % leaves no error budget to compute with"
                : (target ? "target" : "targetPercent") + std::string(" is out of range"),
            target ? "a decimal number above 0 and below 1, such as 0.995"
                   : "a decimal number above 0 and below 100, such as 99.5");
  return std::nullopt;
}

std::optional<objective_document> read_objective(const core::node& from, core::problems& found) {
  field_reader fields(from, "the objective", found);
  objective_document objective;
  objective.at = from.at;
  objective.display_name = fields.text("displayName", 63);
  const auto target = read_target(fields, found);
  for (const char* name : {"op", "value"}) fields.unsupported(name, "they go with thresholdMetric");
  for (const char* name : {"timeSliceTarget", "timeSliceWindow"}) {
    fields.unsupported(name, "budgetingMethod: Occurrences needs none");
  }
  for (const char* name : {"indicator", "indicatorRef", "compositeWeight"}) {
    fields.unsupported(name, "one indicator for the whole SLO, no composite");
  }
  fields.finish();
  if (!target) return std::nullopt;
  objective.target = *target;
  return objective;
}

void read_budgeting(field_reader& fields, core::problems& found) {
  const auto* method = fields.required("budgetingMethod", "Occurrences");
  if (!method || method->text == "Occurrences") return;
  const bool known = method->text == "Timeslices" || method->text == "RatioTimeslices";
  found.add(method->at,
            method->text + (known ? " is not supported yet" : " is no budgeting method"),
            "Occurrences");
}

std::vector<objective_document> read_objectives(field_reader& fields, core::problems& found) {
  std::vector<objective_document> out;
  const auto* list = fields.required("objectives", "a list of objectives");
  if (!list) return out;
  if (!list->is_sequence() || list->items.empty()) {
    found.add(list->at, "objectives is no list of objectives", "- {target: 0.995}");
    return out;
  }
  for (const auto& item : list->items) {
    if (auto objective = read_objective(item, found)) out.push_back(std::move(*objective));
  }
  return out;
}

void read_slo(metadata meta, const core::node& spec, openslo_documents& into,
              core::problems& found) {
  field_reader fields(spec, "the SLO's spec", found);
  slo_document slo;
  slo.meta = std::move(meta);
  slo.description = fields.text("description", description_limit);
  slo.service = read_reference(fields, "service");
  const auto* inlined = fields.optional("indicator");
  const bool referred = fields.optional("indicatorRef") != nullptr;
  bool usable = true;
  if ((inlined != nullptr) == referred) {
    found.add(spec.at,
              inlined ? "the SLO has both indicator and indicatorRef" : "the SLO has no indicator",
              "exactly one of indicator and indicatorRef");
    usable = false;
  } else if (referred) {
    slo.sli = read_reference(fields, "indicatorRef");
  } else if (auto value = read_inline_indicator(*inlined, found)) {
    slo.sli = std::move(*value);
  } else {
    usable = false;
  }
  const auto window =
      read_time_window(fields.required("timeWindow", "- {duration: 28d, isRolling: true}"), found);
  read_budgeting(fields, found);
  slo.objectives = read_objectives(fields, found);
  fields.unsupported("alertPolicies", "alerts are derived from the objectives");
  fields.finish();
  if (!usable || !window) return;
  slo.period = *window;
  into.slos.push_back(std::move(slo));
}

void read_service(metadata meta, const core::node& spec, openslo_documents& into,
                  core::problems& found) {
  field_reader fields(spec, "the service's spec", found);
  auto description = fields.text("description", description_limit);
  fields.finish();
  into.services.push_back({std::move(meta), std::move(description)});
}

bool is_known_but_unsupported(const std::string& kind) {
  return kind == "AlertPolicy" || kind == "AlertCondition" || kind == "AlertNotificationTarget" ||
         kind == "DataSource";
}

}  // namespace

void read_openslo(const core::node& from, openslo_documents& into, core::problems& found) {
  field_reader fields(from, "the document", found);
  if (!fields.usable()) return;
  const auto* version = fields.required("apiVersion", "openslo/v1");
  if (version && version->text != "openslo/v1") {
    found.add(version->at, "apiVersion is " + version->text, "openslo/v1");
  }
  const auto* kind = fields.required("kind", "SLO, SLI or Service");
  const auto* meta = fields.required("metadata", "metadata: {name}");
  const auto* spec = fields.required("spec", "spec");
  fields.finish();
  if (!kind || !meta) return;
  if (is_known_but_unsupported(kind->text)) {
    found.add(kind->at, "documents of kind " + kind->text + " are not supported yet",
              "SLO, SLI or Service");
    return;
  }
  auto parsed = read_metadata(*meta, found);
  if (!spec) return;
  if (kind->text == "SLO") {
    read_slo(std::move(parsed), *spec, into, found);
  } else if (kind->text == "SLI") {
    if (auto value = read_indicator_spec(parsed, *spec, found)) {
      into.slis.push_back({std::move(*value)});
    } else {
      into.broken_slis.push_back(parsed.name);
    }
  } else if (kind->text == "Service") {
    read_service(std::move(parsed), *spec, into, found);
  } else {
    found.add(kind->at, "there is no kind " + kind->text, "SLO, SLI or Service");
  }
}

}  // namespace slo
