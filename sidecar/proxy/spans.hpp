#pragma once

#include "core/clock.hpp"
#include "core/span.hpp"
#include "core/span_sink.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// The span of a finished request by the stable OpenTelemetry HTTP conventions; the query is left
/// out, because it may hold what must not be written down. Pure.
core::span make_span(const exchange_record& record, core::span_kind kind,
                     const core::wall_clock& wall);

/// Records a SERVER span for every kept inbound request.
class server_span {
 public:
  server_span(core::span_sink& sink, const core::wall_clock& wall) : sink_(&sink), wall_(&wall) {}
  void after(exchange_record& record) {
    if (record.context.sampled()) sink_->accept(make_span(record, core::span_kind::server, *wall_));
  }

 private:
  core::span_sink* sink_;
  const core::wall_clock* wall_;
};

/// Records a CLIENT span for every kept call of the application.
class client_span {
 public:
  client_span(core::span_sink& sink, const core::wall_clock& wall) : sink_(&sink), wall_(&wall) {}
  void after(exchange_record& record) {
    if (record.context.sampled()) sink_->accept(make_span(record, core::span_kind::client, *wall_));
  }

 private:
  core::span_sink* sink_;
  const core::wall_clock* wall_;
};

}  // namespace sidecar
