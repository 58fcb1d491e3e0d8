#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/clock.hpp"
#include "core/random_source.hpp"
#include "core/span_sink.hpp"

namespace core {

/// Limits of one batch's retries (OTLP 1.x, "Retryable response codes" and "OTLP/HTTP throttling").
struct retry_policy {
  duration first = std::chrono::milliseconds(500);
  duration most = std::chrono::seconds(30);
  duration give_up_after = std::chrono::minutes(5);
};

/// What one attempt gave: an HTTP answer, or none at all.
struct attempt {
  int status = 0;                         ///< 0: no answer (connect failure, disconnect, timeout)
  std::optional<duration> retry_after{};  ///< from the header, already as a delay
  std::uint64_t rejected = 0;             ///< partial success
};

/// The pure retry decision of OTLP/HTTP for one batch: 2xx is done (partial success is never
/// retried), 429, 502, 503, 504 and lost connections are retried after the longer of Retry-After
/// and an exponential backoff with jitter, unless that would be later than `give_up_after`;
/// everything else is final.
class otlp_retry {
 public:
  struct done {
    std::uint64_t rejected;
  };
  struct again {
    duration after;
  };
  struct drop {
    drop_reason reason;
  };
  using action = std::variant<done, again, drop>;

  otlp_retry(retry_policy policy, instant started) noexcept : policy_(policy), started_(started) {}
  action next(const attempt& a, instant now, random_source& random) noexcept;

 private:
  retry_policy policy_;
  instant started_;
  int failures_ = 0;
};

}  // namespace core
