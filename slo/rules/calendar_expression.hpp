#pragma once

#include <optional>
#include <string>

#include "slo/rules/rule_builder.hpp"

/// Periods that begin anew with the calendar, in PromQL. The offsets of a time zone are written
/// into the rules, with every change up to 2037: Prometheus knows UTC only.
namespace slo {

/// Minutes that a period of the calendar is summed in: an hour, less in zones whose midnight is not
/// at a whole hour of UTC. Nullopt: it rolls, or cannot be written as rules (calendar_refusal).
std::optional<long> calendar_step(const period& p);

/// Why a period cannot be written as rules; "" when it can.
std::string calendar_refusal(const period& p);

/// Records which period of the calendar it is: slo:period:current, whose label `period` changes.
void add_current_period(rule_builder& rules);

/// A function over the hours (or shorter steps) of the current period that are complete.
std::string over_calendar(const objective& o, const char* function, const char* hours);

/// PromQL for the local time of a zone in seconds, one second ago: what ends now belongs to the
/// period before. Nullopt: the zone is not known.
std::optional<std::string> local_seconds(const std::string& time_zone);

/// PromQL for seconds since the clock time at which periods start, of any day.
std::string since_day_start(const objective& o);

}  // namespace slo
