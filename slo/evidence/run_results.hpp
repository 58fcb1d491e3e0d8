#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/evidence/evidence.hpp"

/// What one run of `remora-probe run` counted, as evidence for objectives: no Prometheus between.
namespace slo {

/// By how much one counter grew within the run.
struct counted_series {
  label_list labels;  ///< with `__name__`
  std::int64_t value = 0;
  friend bool operator==(const counted_series&, const counted_series&) = default;
};

/// Failed runs of one kind.
struct run_failure {
  std::string scenario, step, where, why;
  std::string detail;  ///< of the last one
  std::int64_t count = 0;
  std::vector<std::string> traces;  ///< of some of them, newest first
  friend bool operator==(const run_failure&, const run_failure&) = default;
};

struct run_results {
  unix_millis from = 0;
  unix_millis to = 0;
  std::int64_t scheduled = 0;        ///< intended runs
  std::int64_t ran = 0;              ///< those that ended with a result
  label_list labels;                 ///< what a scrape would have added (`job`), of every series
  std::vector<std::string> metrics;  ///< names that are counted, also where nothing was
  std::vector<counted_series> series;
  std::vector<run_failure> failures;  ///< also what the objectives do not count
  friend bool operator==(const run_results&, const run_results&) = default;
};

/// Reads the results file of `remora-probe run --json` (docs/run.md, format `remora-run` version
/// 1). Strict in what it needs, blind for the rest. The error says what is wrong, in words.
boost::system::result<run_results, std::string> parse_run_results(std::string_view json);

/// Which of the run's failures concern an objective: those of the scenarios whose events it counts,
/// all where it does not tell scenarios apart. Pure.
std::vector<run_failure> failures_of(const objective& o, const run_results& results);

/// What the run says of an objective. An objective on a metric that a run does not count has a
/// problem, and so has one with more good events than events. Pure.
evidence run_evidence(const objective& o, const run_results& results);

}  // namespace slo
