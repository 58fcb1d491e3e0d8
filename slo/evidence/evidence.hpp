#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/counter_samples.hpp"
#include "slo/model/objective.hpp"

namespace slo {

/// Where numbers come from.
enum class evidence_source { raw, rules, run };
const char* to_label(evidence_source s) noexcept;

/// A number of events, and how many of them were bad.
struct event_counts {
  std::int64_t events = 0;
  std::int64_t bad = 0;

  /// Share of bad events; nullopt without events, which is neither good nor bad.
  std::optional<double> error_ratio() const noexcept {
    if (events == 0) return std::nullopt;
    return static_cast<double>(bad) / static_cast<double>(events);
  }
};

/// What an objective's budget is counted in.
enum class budget_unit {
  events,   ///< of two counters: exact
  slices,   ///< of time; the bad ones may be fractions (RatioTimeslices)
  minutes,  ///< of time: what can only be approximated
  burn,     ///< a composite has no unit of its own, only burn rates
};
const char* to_label(budget_unit u) noexcept;
budget_unit unit_of(const objective& o);

/// How much there was in such a unit, and how much of it was bad.
struct tally {
  double total = 0;
  double bad = 0;

  std::optional<double> error_ratio() const noexcept {
    if (!(total > 0)) return std::nullopt;
    return bad / total;
  }
  friend bool operator==(const tally&, const tally&) = default;
};

/// What was observed of one objective.
struct evidence {
  evidence_source source = evidence_source::raw;
  unix_millis from = 0;  ///< start of the window that was looked at
  unix_millis to = 0;
  event_counts counts;  ///< in (from, to]; of objectives in other units than events: none
  event_counts recent;  ///< in the last five minutes
  budget_unit unit = budget_unit::events;
  tally measured;                     ///< in (from, to], where the unit is slices or minutes
  tally measured_recently;            ///< in the last five minutes (slices: those that ended)
  std::optional<double> burn;         ///< of a composite: the sum of weight x burn rate
  std::optional<double> recent_burn;  ///< the same of the last five minutes
  double coverage = 0;          ///< share of the expected scrapes (rules: minutes; run: runs) seen
  double observed_seconds = 0;  ///< since the first one, at most the window
  unix_millis newest = 0;       ///< of all samples; 0 when there is none or it is not known
  std::int64_t resets = 0;
  std::int64_t unknown_starts = 0;  ///< series left out, see counter_increase
  std::string problem;              ///< why there are no numbers; "" when there are
};

/// The rates derived from counts, by the objective's budget.
std::optional<double> burn_rate(const objective& o, const event_counts& counts);
/// Share of the budget that is left after these counts; negative when it is overspent.
std::optional<double> budget_left(const objective& o, const event_counts& counts);

/// What evidence counted, in its unit; nothing for a composite.
tally used_of(const evidence& seen);
tally used_recently(const evidence& seen);
/// Share of what was bad; nullopt without data, and of a composite, which has none.
std::optional<double> error_ratio(const evidence& seen);
/// The rates of any kind of objective; nullopt without data.
std::optional<double> burn_rate(const objective& o, const evidence& seen);
std::optional<double> recent_burn_rate(const objective& o, const evidence& seen);
std::optional<double> budget_left(const objective& o, const evidence& seen);

inline constexpr unix_millis recent_millis = 5 * 60 * 1000;

/// How long before a window samples are needed, to know where its counters stood when it began.
inline constexpr unix_millis lead_millis = 60 * 1000;

/// The raw samples of one objective within [from - lead, to].
struct raw_samples {
  std::vector<time_series> total;
  std::vector<time_series> part;
  std::vector<time_series> up;       ///< of the targets that expose the total
  std::vector<time_series> started;  ///< their process_start_time_seconds
};

/// When the period that `at` falls into began.
unix_millis period_start(const period& p, unix_millis at);

/// Counts whole events, or slices of them. More good than events, and counters that are none, are
/// problems.
evidence raw_evidence(const objective& o, const raw_samples& samples, unix_millis from,
                      unix_millis to);

/// What the recording rules know, of all objectives.
struct recorded_series {
  std::vector<time_series> values;  ///< of `rules_query`
  std::vector<time_series> since;   ///< of `since_query`: when each objective's deltas begin
};

/// PromQL for the sums, ratios and coverages of all objectives at once, over their periods and the
/// last five minutes.
std::string rules_query(const std::vector<objective>& objectives);
/// PromQL for the time of each objective's first delta within the period, by `slo_id`: exact in the
/// first hour, up to an hour late afterwards, so that it stays cheap.
std::string since_query(const period& longest);

/// Reads what the recording rules say at `at`; nullopt when they have nothing of this objective,
/// and for composites, which are made from their members.
std::optional<evidence> rules_evidence(const objective& o, const recorded_series& recorded,
                                       unix_millis at);

}  // namespace slo
