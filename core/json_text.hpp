#pragma once

#include <string>
#include <string_view>

namespace core {

/// Appends `text` to `out` as a JSON string with its quotes: control characters escaped, UTF-8
/// kept, bytes that are no UTF-8 replaced by U+FFFD, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// Appends a number as JSON: the shortest text that reads back as the same double. What JSON cannot
/// say becomes the strings "NaN", "Infinity" and "-Infinity", as in protobuf's JSON mapping.
void append_json_number(std::string& out, double value);

}  // namespace core
