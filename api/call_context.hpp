#pragma once

#include <string>

#include "core/clock.hpp"
#include "core/trace_context.hpp"

namespace api {

/// Where the time of a request went, by dependency; reported to the sidecar as Server-Timing.
struct time_spent {
  core::duration database{};
  core::duration cache{};
  bool asked_database = false;
  bool asked_cache = false;
};

/// What goes down with every call, by value: how long it may take, and below which span it hangs.
struct call_context {
  core::deadline until;
  core::span_context parent;    ///< none: the call belongs to no trace
  std::string tracestate;       ///< of `parent`, as it came
  time_spent* spent = nullptr;  ///< of the request that this serves; outlives the call; may be null

  /// The same call for somebody further down.
  call_context below(const core::span_context& span) const {
    call_context c = *this;
    c.parent = span;
    return c;
  }
  call_context within(core::deadline limit) const {
    call_context c = *this;
    c.until = sooner(until, limit);
    return c;
  }
};

/// The mark of a probe's traffic, as a verifying sidecar leaves it in `tracestate`.
bool is_synthetic(std::string_view tracestate);

}  // namespace api
