#pragma once

#include <optional>
#include <tuple>

#include "sidecar/proxy/caller_context.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/red_metrics.hpp"
#include "sidecar/proxy/sampling.hpp"
#include "sidecar/proxy/server_timing.hpp"
#include "sidecar/proxy/sli_counters.hpp"
#include "sidecar/proxy/spans.hpp"
#include "sidecar/proxy/synthetic_mark.hpp"

namespace sidecar {

/// What happens to every request around the forwarding, as a compile-time list. A layer has any of
///   std::optional<reply> before(exchange_record&)   the request's head is there; a reply ends it
///   void answering(exchange_record&)                the answer's head is there, not yet written
///   void after(const exchange_record&)              everything is over, whatever happened
/// `before` runs top to bottom and stops at the first reply; the others run bottom to top, all of
/// them, also for a request that a layer answered.
template <class... Layers>
class layer_list {
 public:
  explicit layer_list(Layers... layers) : layers_(std::move(layers)...) {}

  std::optional<reply> before(exchange_record& record) {
    std::optional<reply> answer;
    std::apply([&](Layers&... layer) { (... || stops(layer, record, answer)); }, layers_);
    return answer;
  }
  void answering(exchange_record& record) { answering_from<sizeof...(Layers)>(record); }
  void after(const exchange_record& record) { after_from<sizeof...(Layers)>(record); }

 private:
  template <class Layer>
  static bool stops(Layer& layer, exchange_record& record, std::optional<reply>& answer) {
    if constexpr (requires { layer.before(record); }) answer = layer.before(record);
    return answer.has_value();
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
  void after_from(const exchange_record& record) {
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
    layer_list<red_metrics,   // outermost: counts whatever the others decide, and whatever it costs
               sli_counters,  // beside it, so that nothing is observed by one and not by the other
               caller_context,  // who called, in which trace: all below build on it
               synthetic_mark,  // before sampling, because verified probes are always kept
               sampling,        // gives the request its span context, which the upstream must see
               server_timing,   // the answer's headers, once the upstream's head is there
               server_span>;    // innermost: the finished span needs everything above

/// The path of a call of the application to another service.
using outbound_layers =
    layer_list<client_metrics,   // outermost, as above
               caller_context,   // the application's span
               sampling,         // follows it
               dependency_time,  // for the Server-Timing of the request that the call belongs to
               client_span>;

}  // namespace sidecar
