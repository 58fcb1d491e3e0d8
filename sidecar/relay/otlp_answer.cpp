#include "sidecar/relay/otlp_answer.hpp"

#include "core/json_text.hpp"
#include "core/otlp_encode.hpp"

namespace sidecar {
namespace {

// Whole seconds; the queue in front of a backend that answers is empty long before.
constexpr const char* retry_after_seconds = "1";

/// google.rpc.Code, as grpc-gateway maps it from HTTP.
int rpc_code(int status) noexcept {
  switch (status) {
    case 404: return 5;   // NOT_FOUND
    case 405: return 12;  // UNIMPLEMENTED
    case 413:
    case 431: return 8;   // RESOURCE_EXHAUSTED
    case 500: return 13;  // INTERNAL
    case 503: return 14;  // UNAVAILABLE
    default: return 3;    // INVALID_ARGUMENT
  }
}

core::server_response answer(int status, otlp_encoding encoding, std::string body) {
  core::server_response out;
  out.status = status;
  out.content_type =
      encoding == otlp_encoding::json ? "application/json" : "application/x-protobuf";
  out.body = std::move(body);
  return out;
}

std::string json_status(int code, std::string_view message) {
  return "{\"code\":" + std::to_string(code) + ",\"message\":" + core::json_string(message) + "}";
}

// 64-bit integers are strings in protobuf's JSON.
std::string json_success(std::uint64_t rejected, std::string_view message) {
  if (rejected == 0 && message.empty()) return "{}";
  return "{\"partialSuccess\":{\"rejectedSpans\":\"" + std::to_string(rejected) +
         "\",\"errorMessage\":" + core::json_string(message) + "}}";
}

}  // namespace

std::optional<otlp_encoding> encoding_of(std::string_view content_type) noexcept {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  if (core::iequals(type, "application/x-protobuf")) return otlp_encoding::protobuf;
  if (core::iequals(type, "application/json")) return otlp_encoding::json;
  return std::nullopt;
}

core::server_response export_answer(otlp_encoding encoding, std::uint64_t rejected,
                                    std::string_view message) {
  return answer(200, encoding,
                encoding == otlp_encoding::json ? json_success(rejected, message)
                                                : core::encode_export_response(rejected, message));
}

core::server_response refusal_answer(otlp_encoding encoding, int status, std::string_view message) {
  const int code = rpc_code(status);
  auto out = answer(status, encoding,
                    encoding == otlp_encoding::json ? json_status(code, message)
                                                    : core::encode_status(code, message));
  if (status == 503) out.headers.emplace_back("Retry-After", retry_after_seconds);
  if (status == 405) out.headers.emplace_back("Allow", "POST");
  return out;
}

core::server_response unsupported_type_answer() {
  core::server_response out;
  out.status = 415;
  out.content_type = "text/plain; charset=utf-8";
  out.body = "Content-Type must be application/x-protobuf or application/json\n";
  return out;
}

}  // namespace sidecar
