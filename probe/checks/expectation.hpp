#pragma once

#include <string>
#include <vector>

#include "probe/checks/seen.hpp"
#include "probe/format/scenario.hpp"
#include "probe/verdict/verdict.hpp"

namespace probe {

/// One thing that is not as expected, and what was seen instead: `/status is string "pending",
/// expected "stored"`.
struct mismatch {
  failure_reason why = failure_reason::status;
  std::string what;
};

/// Compares an answer with what it must be; nothing when all of it holds. Pure. In the order
/// status, latency, headers, JSON, body, so that the first says most. Secrets are not masked here.
std::vector<mismatch> compare(const expectation& expected, const seen& answer,
                              const template_text::lookup& values);

}  // namespace probe
