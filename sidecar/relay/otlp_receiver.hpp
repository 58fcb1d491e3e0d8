#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/http_server.hpp"
#include "core/metrics_shard.hpp"
#include "core/span_sink.hpp"
#include "core/task.hpp"
#include "sidecar/config/relay_config.hpp"
#include "sidecar/relay/otlp_intake.hpp"
#include "sidecar/relay/relay_metrics.hpp"

namespace sidecar {

/// Takes a validated request: nullopt when accepted, otherwise why not. `queue_full` is answered so
/// that the sender comes back; everything else is final, and the spans are accounted for by whoever
/// refused them. Called on the receiver's worker.
using batch_sink = std::function<std::optional<core::drop_reason>(core::span_batch&&)>;

/// The OTLP/HTTP receiver for the application's spans (OTLP 1.x, "OTLP/HTTP"): POST /v1/traces with
/// protobuf or JSON, plain or gzip. Accepted spans go to the sink and from there to the sidecar's
/// backend; those that are not valid are refused in the ledger. Every answer has the encoding of
/// its request. Belongs to one worker.
class otlp_receiver {
 public:
  /// `service` names resources that do not name themselves. Without `accept` batches go to
  /// `ledger`.
  otlp_receiver(core::worker& w, const relay_config& config, const std::string& service,
                core::span_sink& ledger, batch_sink accept = {});

  /// Throws std::runtime_error naming the address when it cannot listen.
  std::uint16_t start();
  core::task<> drain(core::deadline until) { return server_.drain(until); }

 private:
  core::server_response receive(const core::server_request& request);
  core::server_response take(otlp_form form, std::string body);
  core::server_response refuse(const otlp_refusal& refusal, std::optional<otlp_encoding> encoding);
  core::http_server_limits limits();

  relay_config config_;
  core::span_sink& ledger_;
  batch_sink accept_;
  relay_metrics metrics_;
  otlp_reader reader_;
  core::http_server server_;
};

}  // namespace sidecar
