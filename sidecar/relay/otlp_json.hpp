#pragma once

#include <string>
#include <string_view>

namespace sidecar {

/// What came of a conversion: the body, or the problem with its place
/// ("resourceSpans[0].scopeSpans[0].spans[2].traceId: …").
struct json_conversion {
  std::string body;
  std::string problem;  ///< empty when it went well
};

/// An ExportTraceServiceRequest in JSON as the same message in protobuf (OTLP 1.x, "JSON Protobuf
/// Encoding"): names in lowerCamelCase only, trace and span ids in hexadecimal of any case, other
/// bytes in base64, enums as integers only, 64-bit integers as strings or numbers, doubles to their
/// exact digits, null as absence; unknown names are ignored, a name given twice is a problem.
/// Nesting is bounded at 128 levels of JSON. Whether ids have the right length is left to the
/// reader of the result.
json_conversion protobuf_of_json(std::string_view text);

}  // namespace sidecar
