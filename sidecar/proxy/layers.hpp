#pragma once

#include <optional>
#include <tuple>

#include "core/task.hpp"
#include "sidecar/proxy/access_log.hpp"
#include "sidecar/proxy/caller_context.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/fault.hpp"
#include "sidecar/proxy/identity.hpp"
#include "sidecar/proxy/limits/concurrency_limit.hpp"
#include "sidecar/proxy/limits/load_shedding.hpp"
#include "sidecar/proxy/limits/probe_reserve.hpp"
#include "sidecar/proxy/limits/rate_limit.hpp"
#include "sidecar/proxy/phase_metrics.hpp"
#include "sidecar/proxy/red_metrics.hpp"
#include "sidecar/proxy/route_labels.hpp"
#include "sidecar/proxy/sampling.hpp"
#include "sidecar/proxy/server_timing.hpp"
#include "sidecar/proxy/sli_counters.hpp"
#include "sidecar/proxy/spans.hpp"
#include "sidecar/proxy/synthetic_mark.hpp"
#include "sidecar/proxy/timeouts.hpp"
#include "sidecar/proxy/trace_links.hpp"

namespace sidecar {

/// What happens to every request around the forwarding, as a compile-time list. A layer has any of
///   std::optional<reply> before(exchange_record&)   the request's head is there; a reply ends it
///   core::task<std::optional<reply>> hold(exchange_record&)
///                                                   makes a request wait that it marked `held`
///   void answering(exchange_record&)                the answer's head is there, not yet written
///   void after(exchange_record&)                    everything is over, whatever happened
/// `before` and `hold` run top to bottom and stop at the first reply; `hold` runs only for requests
/// that were marked, after all of `before`, so that the usual request pays for no coroutine. The
/// others run bottom to top, all of them, also for a request that a layer answered.
template <class... Layers>
class layer_list {
 public:
  explicit layer_list(Layers... layers) : layers_(std::move(layers)...) {}

  std::optional<reply> before(exchange_record& record) {
    std::optional<reply> answer;
    std::apply([&](Layers&... layer) { (... || stops(layer, record, answer)); }, layers_);
    return answer;
  }
  core::task<std::optional<reply>> hold(exchange_record& record) { return hold_from<0>(record); }
  void answering(exchange_record& record) { answering_from<sizeof...(Layers)>(record); }
  void after(exchange_record& record) { after_from<sizeof...(Layers)>(record); }

 private:
  template <class Layer>
  static bool stops(Layer& layer, exchange_record& record, std::optional<reply>& answer) {
    if constexpr (requires { layer.before(record); }) answer = layer.before(record);
    return answer.has_value();
  }
  template <std::size_t N>
  core::task<std::optional<reply>> hold_from(exchange_record& record) {
    if constexpr (N < sizeof...(Layers)) {
      if constexpr (requires { std::get<N>(layers_).hold(record); }) {
        auto answer = co_await std::get<N>(layers_).hold(record);
        if (answer) co_return answer;
      }
      co_return co_await hold_from<N + 1>(record);
    }
    co_return std::nullopt;
  }
  template <std::size_t N>
  void answering_from(exchange_record& record) {
    if constexpr (N > 0) {
      if constexpr (requires { std::get<N - 1>(layers_).answering(record); })
        std::get<N - 1>(layers_).answering(record);
      answering_from<N - 1>(record);
    }
  }
  template <std::size_t N>
  void after_from(exchange_record& record) {
    if constexpr (N > 0) {
      if constexpr (requires { std::get<N - 1>(layers_).after(record); })
        std::get<N - 1>(layers_).after(record);
      after_from<N - 1>(record);
    }
  }
  std::tuple<Layers...> layers_;
};

/// The path of a request into the application.
using inbound_layers =
    layer_list<server_span,    // outermost: keeps or drops by what all others decided
               access_log,     // as a line what the span says, and for requests without one too
               red_metrics,    // counts whatever the layers below decide, and whatever it costs
               phase_metrics,  // beside it: sees the same requests, and decides nothing either
               sli_counters,   // beside it, so that nothing is observed by one and not by the other
               route_labels,   // before all that may refuse, so that refusals have their route too
               caller_context,  // who called, in which trace: all below build on it
               synthetic_mark,  // before sampling, because verified probes are always kept
               sampling,        // gives the request its span context, which the upstream must see
               inbound_trace,   // needs it, and must know the trace before the application does
               identity,        // refuses callers once it is known what to count and trace them as
               server_timing,   // the answer's headers, once the upstream's head is there
               timeouts,        // the deadline, which waiting in a queue is part of
               probe_reserve,   // gives back last what the limits below take of it
               rate_limit,      // first of the limits: who asks too much takes no place from others
               load_shedding,   // cheaper than waiting, and before a place is taken
               concurrency_limit,  // last of the limits: a place is held until the answer's end
               faults>;            // beside the application: all above see it as the application's

/// The path of a call of the application to another service.
using outbound_layers =
    layer_list<client_span,  // outermost, as above
               access_log, client_metrics,
               caller_context,   // the application's span
               sampling,         // follows it
               outbound_trace,   // tells the request that the call belongs to what became of it
               dependency_time,  // for the Server-Timing of the request that the call belongs to
               timeouts,         // the application's own deadline shortens the route's
               faults>;          // beside the upstream: all above see it as the upstream's

}  // namespace sidecar
