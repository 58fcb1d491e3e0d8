#pragma once

#include <optional>
#include <vector>

#include "slo/evidence/correction.hpp"
#include "slo/evidence/evidence.hpp"
#include "slo/evidence/history.hpp"
#include "slo/evidence/prometheus_client.hpp"

/// Evidence, histories and what corrections take out, read from one Prometheus. Client, objectives
/// and corrections outlive the coroutines; a failure is that Prometheus could not be asked, while a
/// query that it refuses becomes that objective's `problem`.
namespace slo {

/// Which numbers are wanted.
struct collection {
  bool rules_first = true;            ///< recording rules where they have data; false: raw only
  unix_millis at = 0;                 ///< end of the window
  std::optional<unix_millis> window;  ///< its length; absent: each objective's period
};

template <class T>
using collected_of = boost::system::result<T, prometheus_failure>;

/// What Prometheus knows of each objective, in their order; of composites what their members make
/// of them, which have to be among the objectives. Raw samples of a long window are read from where
/// they begin.
core::task<collected_of<std::vector<evidence>>> collect(prometheus_client& client,
                                                        const std::vector<objective>& objectives,
                                                        collection wanted);

/// The raw samples of an objective with counters that a window needs.
core::task<collected_of<raw_samples>> collect_samples(prometheus_client& client, const objective& o,
                                                      unix_millis from, unix_millis to);

/// How one objective (no composite) did within (from, to]: from the recording rules, or where they
/// have nothing (or `raw`), from the samples that its evidence is made of. At most
/// `most_history_points`.
core::task<collected_of<history>> collect_history(prometheus_client& client, const objective& o,
                                                  unix_millis from, unix_millis to, bool raw);

/// The histories of all objectives, composites included; each of its evidence's window, and of
/// `at_least` before its end.
core::task<collected_of<std::vector<history>>> collect_histories(
    prometheus_client& client, const std::vector<objective>& objectives,
    const std::vector<evidence>& seen, unix_millis at_least);

/// What corrections take out of evidence; nullopt for objectives that none concerns.
core::task<collected_of<std::vector<std::optional<corrected_numbers>>>> collect_corrections(
    prometheus_client& client, const std::vector<objective>& objectives,
    const std::vector<evidence>& seen, const std::vector<correction>& corrections);

}  // namespace slo
