#pragma once

#include <array>
#include <vector>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// What one limit of a listener refuses, or would refuse: the counters of every route, at 0 from
/// start-up, and the answer. One a worker.
class limit_refusals {
 public:
  limit_refusals(core::metrics_shard& metrics, const listener_settings& listener, limit_kind kind,
                 bool enforce);

  /// Counts, and gives the answer when the limit is enforced: 429 or 503 with Retry-After (whole
  /// seconds, rounded up, at least 1) and Remora-Refused.
  std::optional<reply> refuse(exchange_record& record, core::duration retry_after);

 private:
  limit_kind kind_;
  bool enforce_;
  std::vector<core::counter_cell*> routes_;
};

/// The family of all limits' counters: `remora_limit_refused_total{listener,limit,route,mode}`.
extern const core::metric_family limit_refused;
const char* mode_label(bool enforce) noexcept;

/// Whole seconds for Retry-After, never 0. Pure.
std::int64_t retry_seconds(core::duration wait) noexcept;

}  // namespace sidecar
