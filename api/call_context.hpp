#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/trace_context.hpp"

namespace api {

/// What a request may have to wait for.
enum class dependency : std::size_t { database, cache, queue };

/// Where the time of a request went, by dependency; reported to the sidecar as Server-Timing.
class time_spent {
 public:
  struct share {
    core::duration time{};
    bool asked = false;
    const char* failed = "";  ///< why the last call that failed did, such as `refused`; static
  };
  void add(dependency d, core::duration took) noexcept {
    share& s = shares_[static_cast<std::size_t>(d)];
    s.time += took;
    s.asked = true;
  }
  void fail(dependency d, const char* why) noexcept {
    shares_[static_cast<std::size_t>(d)].failed = why;
  }
  const share& of(dependency d) const noexcept { return shares_[static_cast<std::size_t>(d)]; }

 private:
  std::array<share, 3> shares_{};
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
