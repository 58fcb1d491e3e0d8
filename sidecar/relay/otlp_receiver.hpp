#pragma once

#include <functional>
#include <optional>

#include "core/http_server.hpp"
#include "core/span_sink.hpp"
#include "core/task.hpp"
#include "sidecar/config/relay_config.hpp"

namespace sidecar {

/// Where accepted spans go: nullopt when they were taken, otherwise why they were dropped.
using batch_sink = std::function<std::optional<core::drop_reason>(core::span_batch&&)>;

/// The OTLP/HTTP receiver for the application's spans (OTLP 1.x, "OTLP/HTTP"): POST /v1/traces with
/// protobuf, plain or gzip. Accepted spans go to the taker and from there to the sidecar's backend.
/// Every refusal carries a google.rpc.Status body.
class otlp_receiver {
 public:
  otlp_receiver(core::worker& w, const relay_config& config, batch_sink taker);

  /// Throws std::runtime_error naming the address when it cannot listen.
  std::uint16_t start();
  core::task<> drain(core::deadline until) { return server_.drain(until); }

 private:
  core::server_response receive(const core::server_request& request);

  relay_config config_;
  batch_sink taker_;
  core::http_server server_;
};

}  // namespace sidecar
