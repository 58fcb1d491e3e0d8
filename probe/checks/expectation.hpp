#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/checks/phases.hpp"
#include "probe/checks/seen.hpp"
#include "probe/format/scenario.hpp"
#include "probe/verdict/verdict.hpp"

namespace probe {

/// One thing that is not as expected, and what was seen instead: `/status is string "pending",
/// expected "stored"`.
struct mismatch {
  failure_reason why = failure_reason::status;
  std::string what;
  std::optional<phase> late{};  ///< the phase that took too long, when it was one
};

/// Compares an answer with what it must be; nothing when all of it holds. Pure. In the order
/// status, TLS, version, latency, phases, headers, size, JSON, body, so that the first says most.
/// Secrets are not masked here.
std::vector<mismatch> compare(const expectation& expected, const seen& answer,
                              const template_text::lookup& values, const phase_times& phases = {});

}  // namespace probe
