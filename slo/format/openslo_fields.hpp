#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slo/format/field_reader.hpp"
#include "slo/format/openslo.hpp"

namespace slo {

inline constexpr const char* dns_label_rule =
    "lower case letters, digits and hyphens, at most 63, a letter or digit at both ends";

/// Longest description of any kind, in characters.
inline constexpr std::size_t description_limit = 1050;
/// Longest `metadata.displayName`, in characters.
inline constexpr std::size_t display_name_limit = 63;
inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

/// RFC 1123 label, as OpenSLO wants it for names.
bool is_dns_label(std::string_view text);
/// What the lenient profile takes for a name as well: capitals, '.' and '_', at most 255. It
/// becomes labels and names of files, so no slashes.
bool is_lenient_name(std::string_view text);

/// A number and a unit of OpenSLO's duration-shorthand.
struct shorthand {
  int count = 0;  ///< at least 1
  char unit = 0;  ///< one of m h d w M Q Y
  /// A month has 30 days, a quarter 90, a year 365.
  long minutes() const noexcept;
};
inline constexpr const char* shorthand_rule =
    "a number from 1 with m, h, d, w, M (30 d), Q (90 d) or Y (365 d)";
std::optional<shorthand> parse_shorthand(std::string_view text);
/// A field with a duration; nullopt, and a problem, when it is none.
std::optional<shorthand> read_shorthand(const core::node& from, const char* name, reading& how);

/// `28d`, `4w`, `720h`, `1M` (30 d), `1Q` (90 d), `1Y` (365 d): whole hours from a day to 366 days.
std::optional<period> parse_rolling_period(std::string_view text);

/// The spelling of a time span in Prometheus that we use everywhere: the largest of d, h and m that
/// divides it.
std::string span_label(long minutes);

/// Reads `timeWindow`, a list of exactly one.
std::optional<period> read_time_window(const core::node& from, reading& how);

/// Reads `metadata`; problems are added, what is usable is returned.
metadata read_metadata(const core::node& from, reading& how);

/// The name of another document, checked as names are.
reference read_reference(const core::node& from, const char* field, reading& how);

/// What a query's result is to be; decides what it may be written as.
enum class query_use {
  counter,  ///< `counter: true`: a counter must be behind it
  events,   ///< of a ratio: a counter if it says so itself
  value,    ///< at an instant
};
/// Reads {metricSource: {metricSourceRef, type, spec: {query}}}; nullopt when it is not usable.
std::optional<sli_query> read_metric_source(const core::node& from, query_use use, reading& how);

/// Reads the spec of an SLI document; nullopt when it is not usable (then a problem was added).
std::optional<indicator> read_indicator_spec(metadata meta, const core::node& from, reading& how);
/// Reads an inline `indicator`: {metadata, spec}.
std::optional<indicator> read_inline_indicator(const core::node& from, reading& how);
/// Reads `indicator` or `indicatorRef` of an SLO or of one objective; nullopt with a problem when
/// it is not usable, and without one when there is neither.
std::optional<indicator_source> read_indicator_source(field_reader& fields, reading& how);

/// Nullopt when the SLO is not usable (then a problem was added).
std::optional<slo_document> read_slo_spec(metadata meta, const core::node& spec, reading& how);
std::optional<objective_document> read_objective(const core::node& from, budgeting method,
                                                 reading& how);
/// Read the specs of documents, which may be inline as well.
alert_policy_document read_alert_policy_spec(metadata meta, const core::node& spec, reading& how);
alert_condition_document read_alert_condition_spec(metadata meta, const core::node& spec,
                                                   reading& how);
notification_target_document read_notification_target_spec(metadata meta, const core::node& spec,
                                                           reading& how);

/// Reads `alertPolicies`: each {alertPolicyRef} or an inline {kind, metadata, spec}.
std::vector<std::variant<alert_policy_document, reference>> read_alert_policies(
    const core::node& from, reading& how);

}  // namespace slo
