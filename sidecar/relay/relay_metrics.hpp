#pragma once

#include <array>
#include <cstddef>

#include "core/metrics_shard.hpp"
#include "sidecar/relay/otlp_intake.hpp"

namespace sidecar {

inline constexpr core::metric_family relay_requests_family{
    "remora_relay_requests_total", "Requests to the relay, by what became of them."};
inline constexpr core::metric_family relay_bytes_family{
    "remora_relay_request_bytes_total", "Bytes of request bodies as they came, by content coding."};

/// What the receiver counts. Written by its worker alone; every series exists from start-up.
class relay_metrics {
 public:
  explicit relay_metrics(core::metrics_shard& shard)
      : identity_(shard.counter(relay_bytes_family, {{"encoding", "identity"}})),
        gzip_(shard.counter(relay_bytes_family, {{"encoding", "gzip"}})) {
    for (int i = 0; i < relay_result_count; ++i)
      results_[static_cast<std::size_t>(i)] = &shard.counter(
          relay_requests_family, {{"result", to_label(static_cast<relay_result>(i))}});
  }

  void count(relay_result result) noexcept { results_[static_cast<std::size_t>(result)]->add(); }
  void bytes(bool gzip, std::size_t size) noexcept { (gzip ? gzip_ : identity_).add(size); }

 private:
  std::array<core::counter_cell*, relay_result_count> results_{};
  core::counter_cell& identity_;
  core::counter_cell& gzip_;
};

}  // namespace sidecar
