#include "slo/rules/slice_rules.hpp"

#include <optional>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/calendar_expression.hpp"
#include "slo/rules/series_names.hpp"

namespace slo {

namespace {

constexpr long hour = 60;
constexpr long finest_offset = 15;  // of any time zone, and of a period's start

/// True in the minute in which a slice ends.
std::string at_end_of_slice(const objective& o) {
  const long slice = o.slices->minutes;
  const bool epoch = o.period.rolling() || finest_offset % slice == 0;
  const auto now = epoch ? "vector(time())" : "(" + since_day_start(o) + ")";
  return "and on () (floor(" + now + " / 60) % " + std::to_string(slice) + " == 0)";
}

std::string sum_of(const objective& o, const char* metric) {
  return "sum_over_time(" + recorded(metric, o) + "[" + sample_range(o.slices->minutes) + "])";
}

/// What share of a slice was bad; nothing when it had no events.
std::string bad_share(const objective& o) {
  if (o.counters) {
    return sum_of(o, series::bad_delta) + "\n  / (" + sum_of(o, series::total_delta) + " > 0)";
  }
  return "avg_over_time(" + recorded(series::minute_error, o) + "[" +
         sample_range(o.slices->minutes) + "])";
}

}  // namespace

void add_slices(rule_builder& rules) {
  const auto& o = rules.of();
  const auto share = bad_share(o);
  const auto end = at_end_of_slice(o);
  // A ratio is compared, not a product: n / m is nearest to the decimal it stands for.
  const auto verdict = o.slices->target
                           ? share + "\n  > bool " + o.slices->target->complement().to_string()
                           : "clamp(" + share + ", 0, 1)";
  rules.record(pace::prompt, series::bad_slices, "(\n  " + verdict + "\n)\n" + end);
  // It is there in the minute in which a slice ends, and stale in the next one.
  rules.record(pace::prompt, series::total_slices,
               "0 * " + recorded(series::bad_slices, o) + " + 1");
}

std::string slice_refusal(const objective& o) {
  if (!o.slices) return {};
  const long slice = o.slices->minutes;
  if (slice < 1 || slice > longest_minute_window) {
    return "a slice of " + span_label(slice) + " is longer than rules sum minutes: at most 3d";
  }
  if (o.period.aligned && hour % slice != 0) {
    return "slices of " + span_label(slice) +
           " cannot follow a calendar in rules: an hour must hold a whole number of them";
  }
  for (const auto& policy : o.policies) {
    if (policy.lookback_minutes < slice) {
      return "the alert policy " + policy.name + " looks back over less than one slice of " +
             span_label(slice);
    }
  }
  return {};
}

}  // namespace slo
