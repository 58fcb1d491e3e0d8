#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/relay/tracing_state.hpp"

namespace sidecar {

/// The answer's header by which a callee tells a caller that it keeps its part of the trace:
/// `remora-trace: kept`. Said to mutually authenticated peers only, and never passed on: what came
/// with this name from elsewhere is dropped in both directions.
inline constexpr std::string_view trace_kept_header = "remora-trace";
inline constexpr std::string_view trace_kept_value = "kept";

/// Ties an inbound request to what the application does in its trace: begins it in the book of
/// undecided traces (`record: all`) and in the table of local roots (where spans are relayed), and
/// tells a peer, with the answer's head, that the trace is kept by then. A request whose flag is
/// off costs two stores and no look-up.
class inbound_trace {
 public:
  inbound_trace(std::shared_ptr<const tracing_settings> settings,
                std::shared_ptr<tracing_state> state, flight_cell& flights);
  std::optional<reply> before(exchange_record& record);
  void answering(exchange_record& record);
  void after(exchange_record& record);

 private:
  std::shared_ptr<const tracing_settings> settings_;
  std::shared_ptr<tracing_state> state_;
  flight_cell* flights_;
};

/// Ties a call of the application's to the request that it belongs to: counts calls that came
/// without a trace context while a request was in flight
/// (`remora_propagation_outbound_total{upstream,result}`), and marks the trace as to be kept when
/// the call failed or its callee says that it keeps its part. It does so with the answer's head,
/// before the application can have answered itself.
class outbound_trace {
 public:
  outbound_trace(core::metrics_shard& metrics, const listener_settings& listener,
                 std::shared_ptr<const tracing_settings> settings,
                 std::shared_ptr<tracing_state> state);
  std::optional<reply> before(exchange_record& record);
  void answering(exchange_record& record);

 private:
  core::counter_cell* with_context_;
  core::counter_cell* without_context_;
  std::shared_ptr<const tracing_settings> settings_;
  std::shared_ptr<tracing_state> state_;
};

}  // namespace sidecar
