#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/span.hpp"
#include "core/span_sink.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/relay/tracing_state.hpp"

namespace sidecar {

/// The span of a finished request by the stable OpenTelemetry HTTP conventions. What a trusted
/// caller says about the first hop (Forwarded, X-Forwarded-*) is believed, a stranger's is not. The
/// query is left out unless `query_keys` names parameters; credentials in the target never show.
/// A status is only written where one was sent or received. Pure.
core::span make_span(const exchange_record& record, core::span_kind kind,
                     const core::wall_clock& wall, const std::vector<std::string>& query_keys = {});

/// A query with the values of all parameters but the named ones replaced by `REDACTED`.
std::string redact_query(std::string_view query, const std::vector<std::string>& keys);

/// Decides about the trace at the end of every inbound request, its local root (`tail_sampler`),
/// and records a SERVER span of what is kept: also when the flag was off, so that a failed request
/// can be found even where the application recorded nothing of it.
class server_span {
 public:
  server_span(core::span_sink& sink, const core::wall_clock& wall, core::metrics_shard& metrics,
              std::shared_ptr<const tracing_settings> settings,
              std::shared_ptr<tracing_state> state);
  void after(exchange_record& record);

 private:
  core::span_sink* sink_;
  const core::wall_clock* wall_;
  decision_counters counters_;
  std::shared_ptr<const tracing_settings> settings_;
  std::shared_ptr<tracing_state> state_;
};

/// Records a CLIENT span of a call of the application's when its trace is kept; in `record: all` it
/// waits with the trace. A call that failed is kept whatever its flag says, and so is one whose
/// callee keeps its part; `outbound_trace` has marked the trace, so that the request that it
/// belongs to is kept, too.
class client_span {
 public:
  client_span(core::span_sink& sink, const core::wall_clock& wall,
              std::shared_ptr<const tracing_settings> settings,
              std::shared_ptr<tracing_state> state);
  void after(exchange_record& record);

 private:
  bool kept_anyway(const exchange_record& record) const;

  core::span_sink* sink_;
  const core::wall_clock* wall_;
  std::shared_ptr<const tracing_settings> settings_;
  std::shared_ptr<tracing_state> state_;
};

}  // namespace sidecar
