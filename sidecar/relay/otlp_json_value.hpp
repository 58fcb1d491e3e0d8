#pragma once

#include <string>
#include <string_view>

#include "sidecar/relay/otlp_json_schema.hpp"

namespace sidecar::otlp_json {

/// How a scalar stood in the JSON text.
enum class token { string, number, truth };

/// Appends a field of a scalar kind, with its tag, to a protobuf message; false, and nothing is
/// appended, when the value is none of that kind. `text` is the string's content, the number's own
/// digits, or "true" and "false". An empty id is none.
bool append_scalar(std::string& out, const field& f, token t, std::string_view text);

/// Tag and length of a field of messages or bytes, and varints as such.
void append_tag(std::string& out, std::uint32_t number, std::uint32_t wire_type);
void append_varint(std::string& out, std::uint64_t value);
inline constexpr std::uint32_t varint_wire = 0, fixed_64_wire = 1, bytes_wire = 2,
                               fixed_32_wire = 5;

}  // namespace sidecar::otlp_json
