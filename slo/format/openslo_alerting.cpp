#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

/// An item of a list: a reference by `field`, or inline with `kind`, `metadata` and `spec`.
template <class Document>
std::optional<std::variant<Document, reference>> read_item(
    const core::node& from, const char* field, const char* kind,
    Document (*read_spec)(metadata, const core::node&, reading&), reading& how) {
  const auto both = std::string(field) + ", or kind: " + kind + ", metadata and spec";
  // The tests of oslo write the name alone.
  if (from.is_scalar() && is_lenient_name(from.text)) {
    if (!how.deviation(from.at, "this is a name alone: " + from.text, both,
                       "taken for " + std::string(field))) {
      return std::nullopt;
    }
    return read_reference(from, field, how);
  }
  field_reader fields(from, std::string("the ") + kind, how.found());
  const auto* name = fields.optional(field);
  const auto* inline_kind = fields.optional("kind");
  const auto* meta = fields.optional("metadata");
  const auto* spec = fields.optional("spec");
  fields.finish();
  if (!fields.usable()) return std::nullopt;
  if ((name != nullptr) == (spec != nullptr)) {
    how.problem(from.at,
                name ? "there are both " + std::string(field) + " and spec"
                     : "there is neither " + std::string(field) + " nor spec",
                both);
    return std::nullopt;
  }
  if (name) return read_reference(*name, field, how);
  if (!inline_kind || inline_kind->text != kind) {
    how.problem(inline_kind ? inline_kind->at : from.at,
                "kind is " + (inline_kind ? inline_kind->text : std::string("missing")), kind);
  }
  if (!meta)
    how.problem(from.at, std::string("the ") + kind + " has no metadata", "metadata: {name}");
  return read_spec(meta ? read_metadata(*meta, how) : metadata(), *spec, how);
}

std::optional<decimal> read_threshold(field_reader& fields, reading& how) {
  const auto* from = fields.required("threshold", "a burn rate, such as 2");
  if (!from) return std::nullopt;
  const auto value = from->is_scalar() && !from->quoted ? decimal::parse(from->text) : std::nullopt;
  if (value && value->to_double() >= 0) return value;
  how.problem(from->at, "threshold is no burn rate", "a decimal number of at least 0, such as 2");
  return std::nullopt;
}

void read_burn_rate(const core::node& from, alert_condition_document& into, reading& how) {
  field_reader fields(from, "the condition", how.found());
  if (const auto* kind = fields.optional("kind")) {
    if (kind->text != "burnrate") {
      how.problem(kind->at, "there is no kind of condition " + kind->text, "burnrate");
    }
  } else if (fields.usable()) {
    how.deviation(from.at, "the condition has no kind", "kind: burnrate", "taken for burnrate");
  }
  if (const auto* op = fields.required("op", "lte, gte, lt or gt")) {
    const auto known = op->is_scalar() ? parse_comparison(op->text) : std::nullopt;
    if (!known) how.problem(op->at, "op is no comparison: " + op->text, "lte, gte, lt or gt");
    into.op = known.value_or(comparison::gt);
    if (into.op == comparison::lt || into.op == comparison::lte) {
      how.note(op->at,
               "the alert fires while the budget burns slowly, as it is written; gt or gte "
               "would fire while it burns fast");
    }
  }
  into.threshold = read_threshold(fields, how).value_or(decimal(1, 0));
  if (const auto* window = fields.required("lookbackWindow", "1h")) {
    const auto length = read_shorthand(*window, "lookbackWindow", how);
    into.lookback_minutes = length ? length->minutes() : 0;
    into.lookback_at = window->at;
  }
  if (const auto* after = fields.optional("alertAfter")) {
    // The default itself may be written, though no duration is 0.
    const auto length =
        after->text == "0m" ? std::nullopt : read_shorthand(*after, "alertAfter", how);
    into.after_minutes = length ? length->minutes() : 0;
  }
  fields.finish();
}

template <class Item, class Read>
std::vector<Item> read_list(const core::node* list, Read read) {
  std::vector<Item> out;
  for (const auto& item : list ? list->items : std::vector<core::node>()) {
    if (auto one = read(item)) out.push_back(*std::move(one));
  }
  return out;
}

void check_length(const core::node* list, std::size_t most, const core::position& otherwise,
                  const char* name, const char* expected, reading& how) {
  const auto length = list && list->is_sequence() ? list->items.size() : 0;
  if (length >= 1 && length <= most) return;
  how.problem(list ? list->at : otherwise,
              std::string("the policy has ") + (length == 0 ? "no " : "too many ") + name,
              expected);
}

/// A policy that alerts on nothing is an alert that cannot fire.
void check_occasions(alert_policy_document& policy, const core::position& at, reading& how) {
  if (policy.when_breaching || policy.when_no_data) return;
  const auto* what = policy.when_resolved
                         ? "alertWhenResolved alone: nothing would fire that could be resolved"
                         : "the policy alerts on nothing";
  if (how.deviation(at, what, "alertWhenBreaching: true, alertWhenNoData: true or both",
                    "taken for alertWhenBreaching: true")) {
    policy.when_breaching = true;
  }
}

}  // namespace

notification_target_document read_notification_target_spec(metadata meta, const core::node& spec,
                                                           reading& how) {
  field_reader fields(spec, "the notification target's spec", how.found());
  notification_target_document out{std::move(meta), {}, {}};
  out.description = fields.text("description", description_limit);
  out.target = fields.required_text("target", "email, slack, pagerduty …");
  fields.finish();
  return out;
}

alert_condition_document read_alert_condition_spec(metadata meta, const core::node& spec,
                                                   reading& how) {
  field_reader fields(spec, "the alert condition's spec", how.found());
  alert_condition_document out;
  out.meta = std::move(meta);
  out.description = fields.text("description", description_limit);
  out.severity = fields.required_text("severity", "page, ticket …");
  if (const auto* condition = fields.required(
          "condition", "condition: {kind: burnrate, op, threshold, lookbackWindow}")) {
    read_burn_rate(*condition, out, how);
  }
  fields.finish();
  return out;
}

alert_policy_document read_alert_policy_spec(metadata meta, const core::node& spec, reading& how) {
  field_reader fields(spec, "the alert policy's spec", how.found());
  alert_policy_document out;
  out.meta = std::move(meta);
  out.description = fields.text("description", description_limit);
  out.when_no_data = fields.boolean("alertWhenNoData").value_or(false);
  out.when_resolved = fields.boolean("alertWhenResolved").value_or(false);
  out.when_breaching = fields.boolean("alertWhenBreaching").value_or(false);
  const auto* conditions = fields.optional("conditions");
  const auto* targets = fields.optional("notificationTargets");
  fields.finish();
  if (!fields.usable()) return out;
  check_length(conditions, 1, spec.at, "conditions", "exactly one condition", how);
  check_length(targets, no_limit, spec.at, "notificationTargets", "at least one target", how);
  check_occasions(out, spec.at, how);
  for (const auto& item : conditions ? conditions->items : std::vector<core::node>()) {
    auto one = read_item(item, "conditionRef", "AlertCondition", read_alert_condition_spec, how);
    if (!out.condition) out.condition = std::move(one);
  }
  out.targets = read_list<std::variant<notification_target_document, reference>>(
      targets, [&](const core::node& item) {
        return read_item(item, "targetRef", "AlertNotificationTarget",
                         read_notification_target_spec, how);
      });
  return out;
}

std::vector<std::variant<alert_policy_document, reference>> read_alert_policies(
    const core::node& from, reading& how) {
  if (!from.is_sequence()) {
    how.problem(from.at, "alertPolicies is " + std::string(from.kind_name()),
                "a list of policies, or of alertPolicyRef");
  }
  return read_list<std::variant<alert_policy_document, reference>>(
      &from, [&](const core::node& item) {
        return read_item(item, "alertPolicyRef", "AlertPolicy", read_alert_policy_spec, how);
      });
}

}  // namespace slo
