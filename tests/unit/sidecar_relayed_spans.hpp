#pragma once

#include <string>
#include <vector>

#include "core/otlp_encode.hpp"
#include "core/span_sink.hpp"

namespace tests {

/// Ids that are told apart by one number.
inline core::trace_id trace_of(int n) {
  core::trace_id id;
  id.bytes[0] = 0xaa;
  id.bytes[14] = static_cast<std::uint8_t>(n >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}
inline core::span_id span_of(int n) {
  core::span_id id;
  id.bytes[0] = 0xbb;
  id.bytes[6] = static_cast<std::uint8_t>(n >> 8);
  id.bytes[7] = static_cast<std::uint8_t>(n);
  return id;
}

/// A span of an application, a child of `parent` (0: a root).
inline core::span app_span(int trace, int id, int parent, std::string route = {}) {
  core::span s;
  s.context.trace = trace_of(trace);
  s.context.span = span_of(id);
  if (parent != 0) s.parent = span_of(parent);
  s.kind = core::span_kind::server;
  s.name = "work";
  if (!route.empty()) s.attributes.push_back({"http.route", std::move(route)});
  return s;
}

/// What an SDK sends.
inline core::span_batch relayed(const std::vector<core::span>& spans) {
  return {core::encode_export_request(core::encode_resource("app", "1", "i"), spans), spans.size()};
}

inline std::uint64_t dropped(const core::span_sink& sink, core::drop_reason why) {
  return sink.snapshot().dropped[static_cast<std::size_t>(why)];
}

}  // namespace tests
