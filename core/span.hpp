#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/observation.hpp"
#include "core/trace_context.hpp"

namespace core {

/// OTLP SpanKind values.
enum class span_kind : std::uint8_t {
  internal = 1,
  server = 2,
  client = 3,
  producer = 4,
  consumer = 5
};

/// One attribute. Keys are OpenTelemetry semantic convention names and literals of the program.
struct span_attribute {
  std::string key;
  std::variant<std::string, std::int64_t, double, bool> value;
};

/// A reference to a span of another (or the same) trace.
struct span_link {
  span_context context;
};

/// A finished span, by value. Times are nanoseconds since the Unix epoch.
struct span {
  span_context context;
  span_id parent;
  span_kind kind = span_kind::internal;
  std::string name;
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::vector<span_attribute> attributes;
  std::vector<span_link> links;
  bool error = false;
  std::string error_message;  ///< of the status; only with `error`
  observation observed;       ///< what this span may be the exemplar of; is not sent
};

}  // namespace core
