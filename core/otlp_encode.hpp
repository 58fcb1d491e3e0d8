#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "core/error.hpp"
#include "core/span.hpp"

/// OTLP 1.x protobuf (opentelemetry/proto/trace/v1/trace.proto), written and read with protozero.
namespace core {

/// The encoded `Resource` message of this process: service.name, service.version,
/// service.instance.id, telemetry.sdk.{name,language,version}.
std::string encode_resource(std::string_view service, std::string_view version,
                            std::string_view instance);

/// Encoded `Resource.attributes` fields, strings all of them, without a message around them.
std::string encode_resource_attributes(const std::map<std::string, std::string>& attributes);

/// An ExportTraceServiceRequest with one ResourceSpans of one ScopeSpans; empty for no spans. Bytes
/// that are no UTF-8 become U+FFFD, as receivers refuse whole requests for them.
std::string encode_export_request(std::string_view encoded_resource, std::span<const span> spans);

/// What an export request holds.
struct request_summary {
  std::uint64_t spans = 0;
};
/// Walks a request; an error when it is no well-formed ExportTraceServiceRequest (bad wire format,
/// a span without valid ids).
boost::system::result<request_summary> inspect_export_request(std::string_view body);

/// The outcome an ExportTraceServiceResponse reports.
struct export_outcome {
  std::uint64_t rejected = 0;
  std::string message;
};
boost::system::result<export_outcome> decode_export_response(std::string_view body);

/// An ExportTraceServiceResponse: empty for full success, which has nothing to say.
std::string encode_export_response(std::uint64_t rejected, std::string_view message);

/// A google.rpc.Status body (OTLP error answers).
std::string encode_status(std::int32_t code, std::string_view message);

}  // namespace core
