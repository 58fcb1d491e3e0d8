#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "core/clock.hpp"

namespace sidecar {

/// Rate and size of a token bucket, in the form of the generic cell rate algorithm: the whole state
/// of a bucket is one instant, so that taking a token is one compare-and-swap. Pure.
struct token_rate {
  std::int64_t interval = 0;   ///< nanoseconds a token
  std::int64_t tolerance = 0;  ///< of a full bucket: (burst - 1) intervals

  /// `rate` tokens a second > 0, `burst` >= 1.
  static token_rate of(double rate, std::int64_t burst) noexcept {
    const auto interval = std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / rate));
    return {interval, interval * (burst - 1)};
  }
};

/// Whether there was a token, or how long until there is one.
struct token {
  bool taken = false;
  core::duration wait{};
};

/// One bucket, written by any thread. `full_at` is when it will be full again; one that is in the
/// past makes a full bucket, so that zero is a new one.
class token_bucket {
 public:
  token take(const token_rate& rate, std::int64_t now) noexcept {
    std::int64_t seen = full_at_.load(std::memory_order_relaxed);
    for (;;) {
      const std::int64_t from = std::max(seen, now);
      const std::int64_t missing = from - now - rate.tolerance;
      if (missing > 0) return {false, core::duration(missing)};
      if (full_at_.compare_exchange_weak(seen, from + rate.interval, std::memory_order_relaxed))
        return {true, {}};
    }
  }
  std::int64_t full_at() const noexcept { return full_at_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> full_at_{0};
};

/// An instant as buckets count it.
inline std::int64_t bucket_time(core::instant at) noexcept {
  return at.time_since_epoch().count();
}

}  // namespace sidecar
