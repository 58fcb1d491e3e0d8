#pragma once

#include <array>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// Where the time of an inbound request went, by the instants of its record, and what of it the
/// sidecar added. The phases of one request follow each other without a gap, so that their sums add
/// up to its whole time:
///   head     first bytes of the head → the whole head
///   queue    → the layers let it through
///   connect  → a stream to the upstream; 0 for a pooled one
///   send     → the upstream has the request, with its body as fast as the client gave it
///   app      → the head of the upstream's answer
///   write    → the last byte to the client, with the body as fast as either side allowed
/// A request that never got as far as a phase's end is not in it. One a worker.
class phase_metrics {
 public:
  explicit phase_metrics(core::metrics_shard& metrics);
  void after(const exchange_record& record) noexcept;

 private:
  enum phase { head, queue, connect, send, app, write, phase_count };
  std::array<core::histogram_cell*, phase_count> phases_{};
  core::histogram_cell* overhead_;
};

}  // namespace sidecar
