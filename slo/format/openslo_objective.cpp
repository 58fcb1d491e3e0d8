#include "slo/format/openslo_fields.hpp"

namespace slo {

namespace {

constexpr long longest_slice = 24 * 60;

std::optional<decimal> number(const core::node& from) {
  return from.is_scalar() && !from.quoted ? decimal::parse(from.text) : std::nullopt;
}

std::optional<decimal> read_target(field_reader& fields, reading& how) {
  const auto* target = fields.optional("target");
  const auto* percent = fields.optional("targetPercent");
  if (!target == !percent) {
    how.problem(
        fields.at(),
        target ? "the objective has both target and targetPercent" : "the objective has no target",
        "exactly one of target and targetPercent");
    return std::nullopt;
  }
  const auto* from = target ? target : percent;
  auto value = number(*from);
  if (value && percent) value = value->percent();
  if (value && value->to_double() > 0 && value->to_double() < 1) return value;
  const bool all = value && value->to_double() == 1;
  const bool none = value && value->to_double() == 0;
  how.problem(from->at,
              all    ? "a target of 100 % leaves no error budget to compute with"
              : none ? "a target of 0 asks for nothing: no alert could fire"
                     : (target ? "target" : "targetPercent") + std::string(" is out of range"),
              target ? "a decimal number above 0 and below 1, such as 0.995"
                     : "a decimal number above 0 and below 100, such as 99.5");
  return std::nullopt;
}

/// `op` and `value`: both, or none. Whether the indicator wants them is known when it is resolved.
std::optional<value_limit> read_limit(objective_document& into, field_reader& fields, bool& good,
                                      reading& how) {
  const auto* op = fields.optional("op");
  const auto* value = fields.optional("value");
  into.limit_at = op ? op->at : value ? value->at : fields.at();
  into.has_op = op != nullptr;
  into.has_value = value != nullptr;
  value_limit out;
  if (op) {
    const auto known = op->is_scalar() ? parse_comparison(op->text) : std::nullopt;
    if (!known) how.problem(op->at, "op is no comparison: " + op->text, "lte, gte, lt or gt");
    good = good && known.has_value();
    out.op = known.value_or(out.op);
  }
  if (value) {
    const auto limit = number(*value);
    if (!limit) {
      how.problem(value->at, "value is no number",
                  "a decimal number of up to 15 digits, such as 0.5");
    }
    good = good && limit.has_value();
    out.limit = limit.value_or(decimal());
  }
  if (!op || !value) return std::nullopt;
  return out;
}

std::optional<decimal> read_slice_target(field_reader& fields, budgeting method, bool& good,
                                         reading& how) {
  const auto* from = fields.optional("timeSliceTarget");
  if (!from) {
    if (method != budgeting::timeslices) return std::nullopt;
    how.problem(fields.at(), "the objective has no timeSliceTarget",
                "timeSliceTarget: the share of good events that makes a slice good");
    good = false;
    return std::nullopt;
  }
  if (method != budgeting::timeslices) {
    good = how.deviation(from->at, "timeSliceTarget goes with budgetingMethod: Timeslices",
                         "no timeSliceTarget", "ignored") &&
           good;
    return std::nullopt;
  }
  const auto value = number(*from);
  if (value && value->to_double() > 0 && value->to_double() <= 1) return value;
  how.problem(from->at, "timeSliceTarget is out of range",
              "a decimal number above 0 and at most 1, such as 0.95");
  good = false;
  return std::nullopt;
}

/// Whole minutes up to a day, so that slices fit into every period.
std::optional<long> read_slice_length(const core::node& from, reading& how) {
  std::optional<shorthand> length;
  const bool bare = from.is_scalar() && !from.text.empty() &&
                    from.text.find_first_not_of("0123456789") == std::string::npos;
  if (bare) {
    length = parse_shorthand(from.text + "m");
    if (length && !how.deviation(from.at, "timeSliceWindow has no unit: " + from.text,
                                 from.text + "m for minutes", "taken for minutes")) {
      return std::nullopt;
    }
  }
  if (!length) length = read_shorthand(from, "timeSliceWindow", how);
  if (!length) return std::nullopt;
  const auto minutes = length->minutes();
  if (minutes <= longest_slice && longest_slice % minutes == 0) return minutes;
  how.problem(from.at, "a day is not made of whole slices of " + from.text,
              "minutes or hours that divide a day, such as 1m, 5m, 1h");
  return std::nullopt;
}

std::optional<long> read_slice_window(field_reader& fields, budgeting method, bool& good,
                                      reading& how) {
  const auto* from = fields.optional("timeSliceWindow");
  const bool slices = method != budgeting::occurrences;
  if (!from) {
    if (!slices) return std::nullopt;
    how.problem(fields.at(), "the objective has no timeSliceWindow", "timeSliceWindow: 1m");
    good = false;
    return std::nullopt;
  }
  if (!slices) {
    good = how.deviation(from->at, "timeSliceWindow goes with Timeslices and RatioTimeslices",
                         "no timeSliceWindow", "ignored") &&
           good;
    return std::nullopt;
  }
  const auto minutes = read_slice_length(*from, how);
  good = good && minutes.has_value();
  return minutes;
}

std::optional<decimal> read_weight(field_reader& fields, bool& good, reading& how) {
  const auto* from = fields.optional("compositeWeight");
  if (!from) return std::nullopt;
  const auto value = number(*from);
  if (value && value->to_double() > 0) return value;
  how.problem(from->at, "compositeWeight is out of range", "a decimal number above 0, such as 2");
  good = false;
  return std::nullopt;
}

}  // namespace

std::optional<objective_document> read_objective(const core::node& from, budgeting method,
                                                 reading& how) {
  field_reader fields(from, "the objective", how.found());
  if (!fields.usable()) return std::nullopt;
  bool good = true;
  objective_document out;
  out.at = from.at;
  out.display_name = fields.text("displayName", no_limit);
  const auto target = read_target(fields, how);
  out.limit = read_limit(out, fields, good, how);
  out.slice_target = read_slice_target(fields, method, good, how);
  out.slice_minutes = read_slice_window(fields, method, good, how);
  out.sli = read_indicator_source(fields, how);
  good = good && (out.sli || !(from.find("indicator") || from.find("indicatorRef")));
  out.weight = read_weight(fields, good, how);
  fields.finish();
  if (!target || !good) return std::nullopt;
  out.target = *target;
  return out;
}

}  // namespace slo
