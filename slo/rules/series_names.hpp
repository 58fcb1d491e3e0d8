#pragma once

/// Names of the recorded series (docs/slo.md).
namespace slo::series {

inline constexpr const char* total_delta = "slo:total:delta1m";  ///< events of a minute
inline constexpr const char* bad_delta = "slo:bad:delta1m";      ///< bad ones among them

inline constexpr const char* total_slices = "slo:total_slices:delta";  ///< 1 at the end of a slice
inline constexpr const char* bad_slices = "slo:bad_slices:delta";      ///< 0 to 1, there too

/// What stands for counters where there are none: a minute's error ratio, and how many series the
/// query had.
inline constexpr const char* minute_error = "slo:error:ratio1m";
inline constexpr const char* minute_sources = "slo:sources:count1m";

inline constexpr const char* local_time = "slo:local_time:seconds";
inline constexpr const char* current_period = "slo:period:current";  ///< label `period` names it

inline constexpr const char* events = "slo:events:sum";
inline constexpr const char* bad_events = "slo:bad_events:sum";
inline constexpr const char* error_ratio = "slo:error:ratio";
inline constexpr const char* burn_rate = "slo:burn_rate:ratio";
inline constexpr const char* coverage = "slo:coverage:ratio";
inline constexpr const char* remaining = "slo:error_budget_remaining:ratio";

}  // namespace slo::series
