#pragma once

#include <string>
#include <vector>

#include "slo/evidence/evidence.hpp"
#include "slo/gate/verdict.hpp"

namespace slo {

/// How the gate decides.
struct gate_rules {
  double alpha = 0.05;
  gate_method method = gate_method::sequence;
};

/// Evidence whose newest sample is older than this says nothing about now.
inline constexpr unix_millis stale_millis = 60 * 1000;
/// Under this share of the expected scrapes (or intended runs), too much went unseen to pass.
inline constexpr double least_gate_coverage = 0.5;

/// One objective's part of the verdict.
struct gate_line {
  objective what;
  evidence seen;
  outcome decision = outcome::inconclusive;
  error_interval interval;
  std::optional<std::int64_t> events_to_pass;  ///< in all, when no further event is bad
  std::string reason;                          ///< one sentence
};

struct gate_result {
  outcome overall = outcome::inconclusive;
  gate_rules rules;
  unix_millis from = 0;
  unix_millis to = 0;
  std::vector<gate_line> lines;

  /// 0 pass, 1 fail, 2 inconclusive.
  int exit_code() const noexcept;
};

/// Judges raw evidence. What has no numbers, is stale or was hardly covered cannot pass; it can
/// still fail by what was seen. Pure.
gate_result decide(const std::vector<objective>& objectives, const std::vector<evidence>& seen,
                   gate_rules rules);

std::string gate_text(const gate_result& r);
std::string gate_json(const gate_result& r);

}  // namespace slo
