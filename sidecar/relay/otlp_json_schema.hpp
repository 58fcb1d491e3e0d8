#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// The messages of opentelemetry-proto 1.x below ExportTraceServiceRequest as JSON has them.
namespace sidecar::otlp_json {

enum class kind : std::uint8_t {
  text,
  hex,     ///< bytes; trace and span ids
  base64,  ///< other bytes
  boolean,
  integer,      ///< int64
  unsigned_32,  ///< uint32
  fixed_32,
  fixed_64,
  enumeration,
  number,  ///< double
  message
};

enum class message : std::uint8_t {
  none,
  request,
  resource_spans,
  resource,
  entity_ref,
  scope_spans,
  scope,
  span,
  event,
  link,
  status,
  key_value,
  any_value,
  array_value,
  kvlist_value
};

struct field {
  std::string_view name;
  std::uint32_t number;
  otlp_json::kind kind;
  bool repeated = false;
  otlp_json::message type = message::none;
};

/// The fields of a message, at most 16.
std::span<const field> fields_of(message type) noexcept;
/// Null for a name that the message does not have.
const field* find_field(message type, std::string_view name) noexcept;

/// What a value of that kind has to be, for people.
const char* expectation(kind k) noexcept;

}  // namespace sidecar::otlp_json
