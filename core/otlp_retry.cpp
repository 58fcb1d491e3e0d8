#include "core/otlp_retry.hpp"

#include <algorithm>

namespace core {
namespace {

bool is_retryable(int status) noexcept {
  return status == 0 || status == 429 || (status >= 502 && status <= 504);
}

/// Exponential, half of it random, so that many senders do not come back together.
duration backoff(const retry_policy& policy, int failures, random_source& random) noexcept {
  duration most = policy.first;
  for (int i = 1; i < failures && most < policy.most; ++i) most *= 2;
  most = std::min(most, policy.most);
  const auto jitter = static_cast<double>(most.count()) * 0.5 * random.uniform();
  return most / 2 + duration(static_cast<duration::rep>(jitter));
}

}  // namespace

otlp_retry::action otlp_retry::next(const attempt& a, instant now, random_source& random) noexcept {
  if (a.status >= 200 && a.status < 300) return done{a.rejected};
  if (!is_retryable(a.status)) return drop{drop_reason::rejected};
  ++failures_;
  duration after = backoff(policy_, failures_, random);
  // At least our own wait: "Retry-After: 0" from every answer would be a busy loop.
  if (a.retry_after) after = std::max(after, *a.retry_after);
  if (now + after > started_ + policy_.give_up_after)
    return drop{a.status == 0 ? drop_reason::unreachable : drop_reason::retry_exhausted};
  return again{after};
}

}  // namespace core
