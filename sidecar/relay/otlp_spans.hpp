#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/trace_context.hpp"

namespace sidecar {

/// Attributes as they are shown: the value is JSON text.
using shown_attributes = std::vector<std::pair<std::string, std::string>>;

struct shown_event {
  std::uint64_t time = 0;
  std::string name;
  shown_attributes attributes;
};

/// A span of an OTLP request, copied out of it to be shown. Times are nanoseconds since the Unix
/// epoch.
struct shown_span {
  core::trace_id trace;
  core::span_id id, parent;
  std::string name;
  int kind = 0;  ///< OTLP SpanKind
  std::uint64_t start = 0, end = 0;
  std::string service;  ///< service.name of its resource
  std::string scope;
  shown_attributes attributes;
  std::vector<shown_event> events;
  bool error = false;
  std::string error_message;

  /// The JSON text of an attribute; "" when there is none.
  std::string_view attribute(std::string_view key) const noexcept;
  /// The same without the quotes of a JSON string.
  std::string_view attribute_text(std::string_view key) const noexcept;
};

/// The spans of an ExportTraceServiceRequest (protobuf), in its order. What is not understood is
/// skipped; of a body that ends in the middle, or is none, the spans so far.
std::vector<shown_span> read_otlp_spans(std::string_view body);

/// The different traces that a body has spans of, without copying any.
std::vector<core::trace_id> trace_ids_of(std::string_view body);

}  // namespace sidecar
