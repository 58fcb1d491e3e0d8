#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "core/trace_context.hpp"

namespace sidecar {

/// A trace's randomness, 56 bits (OpenTelemetry probability sampling; W3C Trace Context level 2,
/// 2.3.2.1): the `rv` of tracestate's `ot` member, else the rightmost 56 bits of a trace id whose
/// random flag is set, else a hash of all of it. All services that compare it with the same
/// threshold decide alike. Pure.
std::uint64_t randomness_of(const core::span_context& context,
                            const core::trace_state& state) noexcept;

/// The `ot` member's value that says another randomness than the trace id's: `rv:` and 14 digits.
std::string randomness_member(std::uint64_t randomness);

/// What a ratio in [0, 1] lets through: randomness below it. 0 and 1 are exact.
std::uint64_t sampling_threshold(double ratio) noexcept;

/// Adapts the share of ordinary requests that is kept, so that about `target` a second are: the
/// rate of requests is smoothed over half a minute, so that a burst is not answered by losing what
/// comes after it. Pure.
class share_controller {
 public:
  /// `initial` is the ratio until the first requests were seen.
  share_controller(double target, double initial) noexcept : target_(target), ratio_(initial) {}
  /// `candidates` requests could have been kept during `over`; gives the ratio from now on.
  double update(std::uint64_t candidates, core::duration over) noexcept;
  double ratio() const noexcept { return ratio_; }

 private:
  double target_;
  double ratio_;
  double rate_ = -1;  // requests a second; negative until some were seen
};

/// The threshold in force, read by all workers for every request.
class share_threshold {
 public:
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace sidecar
