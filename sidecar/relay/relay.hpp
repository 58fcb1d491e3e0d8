#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "core/worker.hpp"
#include "sidecar/relay/otlp_receiver.hpp"

namespace sidecar {

/// The receiver on a thread of its own, since a body of megabytes is decompressed and read in one
/// go and must not hold up the traffic meanwhile. `accept` is called on that thread. Belongs to
/// `first`, like everything here; what it is given outlives it.
class relay {
 public:
  relay(core::worker& first, const relay_config& config, const std::string& service,
        core::span_sink& ledger, batch_sink accept = {});
  /// Ends the thread; requests that were not drained are cut off.
  ~relay();

  /// Listens, then starts the thread; throws as `otlp_receiver::start`.
  std::uint16_t start();
  core::task<> drain(core::deadline until);

  const core::metrics_shard& metrics() const noexcept { return own_.metrics; }

 private:
  core::task<> drain_receiver(core::deadline until);

  core::worker& first_;
  core::worker own_;
  otlp_receiver receiver_;
  std::atomic<bool> drained_{false};
  std::thread thread_;
};

}  // namespace sidecar
