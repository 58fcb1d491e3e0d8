#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "core/function_ref.hpp"
#include "slo/evidence/time_series.hpp"

/// From raw samples of counters to whole events. `increase` extrapolates; this does not. Pure.
namespace slo {

/// What Prometheus knows of one scraped target (a job's instance), beside the counters it exposes.
struct target_history {
  std::string job, instance;
  std::vector<sample> up;       ///< the series `up`: 1 for a scrape that worked
  std::vector<sample> started;  ///< the series `process_start_time_seconds`
};

/// Joins both kinds of series by job and instance.
std::vector<target_history> targets_of(const std::vector<time_series>& up,
                                       const std::vector<time_series>& started);

/// How much one or several counters grew.
struct counter_increase {
  std::int64_t events = 0;
  std::int64_t resets = 0;          ///< times that a counter began again
  std::int64_t unknown_starts = 0;  ///< series of which it is not known since when they count
};

/// The increase of all series within (from, to]. The last sample at or before `from` is the start
/// of a series. Where there is none, its first sample is, and its value counts too if its process
/// started after `from` or its target was scraped before without the series. At a reset (the value
/// fell, or the process started anew) the new value counts; what was counted between the last
/// sample and the restart is lost. The error names a series whose values are no whole numbers of
/// events.
boost::system::result<counter_increase, std::string> increase_of(
    const std::vector<time_series>& series, const std::vector<target_history>& targets,
    unix_millis from, unix_millis to);

/// How far one sample brought a counter within a window.
struct counter_step {
  enum class kind {
    grew,   ///< by its difference to the sample before
    reset,  ///< it began again: its value counts
    born,   ///< its first sample, of a counter that began within the window: its value counts
    unknown_start,  ///< its first sample, and it may have counted for long: nothing counts
  };
  sample before;  ///< meaningless for the first sample of a series
  sample now;
  kind what = kind::grew;
  std::int64_t events = 0;
};

/// Every step of one series within (from, to], by the rules of `increase_of`; false when a value is
/// no number of events, at which it stops. `target` may be null.
bool walk_counter(const time_series& series, const target_history* target, unix_millis from,
                  unix_millis to, core::function_ref<void(const counter_step&)> step);

/// The target that exposes a series; null when it is not known.
const target_history* target_of(const time_series& series,
                                const std::vector<target_history>& targets);

/// What was not scraped although it should have been, in (from, to).
struct scrape_gap {
  unix_millis from = 0;     ///< the sample before it
  unix_millis to = 0;       ///< the sample after it, or the end of the window
  unix_millis missing = 0;  ///< its length less one usual step
};
/// Gaps longer than one and a half usual (median) steps between times within a window that ends at
/// `to`; what lies before the first time is none.
std::vector<scrape_gap> gaps_of(const std::vector<unix_millis>& times, unix_millis to);

/// `metric{label="value"}` of a series.
std::string series_name(const time_series& series);

/// Which part of the scrapes within [from, to] that should have shown the counters did: for every
/// target from the first one that did, as long as Prometheus tried to scrape it.
struct scrape_coverage {
  std::int64_t seen = 0;
  std::int64_t expected = 0;
  unix_millis first = 0;  ///< earliest sample; 0 when there is none
  unix_millis last = 0;   ///< newest sample
  double ratio() const noexcept {
    return expected == 0 ? 0 : static_cast<double>(seen) / static_cast<double>(expected);
  }
};
scrape_coverage coverage_of(const std::vector<time_series>& series,
                            const std::vector<target_history>& targets, unix_millis from,
                            unix_millis to);

}  // namespace slo
