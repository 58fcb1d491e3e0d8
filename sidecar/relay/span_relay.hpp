#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/span_sink.hpp"
#include "sidecar/relay/tracing_state.hpp"

namespace sidecar {

struct span_view;

/// Is told what the application itself calls the route of a request: the index of its method, its
/// path, and `http.route` of the span that continued it. Thread-safe.
using route_lesson =
    std::function<void(std::uint8_t method, std::string_view path, std::string_view http_route)>;

/// The way of the application's spans from the receiver to the sink. In `record: sampled` bodies
/// go through as they are, and are looked into only for learned routes and propagation health; in
/// `record: all` they are split by trace: spans of undecided traces wait in the `trace_book`, late
/// ones follow its decision, and those of traces that did not come through us go on. Used on the
/// receiver's thread.
class span_relay {
 public:
  /// `learn` may be empty. `sink` and `state` outlive the relay.
  span_relay(core::span_sink& sink, tracing_state& state, route_lesson learn = {})
      : sink_(sink), state_(state), learn_(std::move(learn)) {}

  /// Takes a validated request. What it gives is the sink's answer, but only when nothing of the
  /// request was dealt with: a request that is sent again must not be held twice.
  std::optional<core::drop_reason> accept(core::span_batch&& batch);

 private:
  std::optional<core::drop_reason> pass(core::span_batch&& batch);
  std::optional<core::drop_reason> split(core::span_batch&& batch);
  void look_at(const span_view& s);

  core::span_sink& sink_;
  tracing_state& state_;
  route_lesson learn_;
};

}  // namespace sidecar
