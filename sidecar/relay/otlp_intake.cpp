#include "sidecar/relay/otlp_intake.hpp"

#include "core/otlp_encode.hpp"
#include "sidecar/relay/otlp_json.hpp"
#include "sidecar/relay/otlp_splice.hpp"

namespace sidecar {
namespace {

constexpr std::string_view traces = "/v1/traces";

otlp_refusal malformed(std::string message) {
  return {400, std::move(message)};
}

std::string completed_attributes(const relay_config& config, const std::string& service) {
  auto attributes = config.resource;
  attributes.emplace("service.name", service);
  return core::encode_resource_attributes(attributes);
}

}  // namespace

const char* to_label(relay_result result) noexcept {
  switch (result) {
    case relay_result::accepted: return "accepted";
    case relay_result::partial: return "partial";
    case relay_result::malformed: return "malformed";
    case relay_result::not_found: return "not_found";
    case relay_result::bad_method: return "bad_method";
    case relay_result::too_large: return "too_large";
    case relay_result::unsupported: return "unsupported";
    case relay_result::queue_full: return "queue_full";
    case relay_result::memory_full: return "memory_full";
    case relay_result::failed: return "failed";
  }
  return "failed";
}

relay_result result_of(const otlp_refusal& refusal) noexcept {
  switch (refusal.status) {
    case 404: return relay_result::not_found;
    case 405: return relay_result::bad_method;
    case 413:
    case 431: return relay_result::too_large;
    case 415: return relay_result::unsupported;
    case 503: return relay_result::memory_full;
    case 500: return relay_result::failed;
    default: return relay_result::malformed;
  }
}

std::variant<otlp_form, otlp_refusal> read_form(const otlp_head& head) {
  if (head.path != traces)
    return otlp_refusal{404, "only /v1/traces is served here: metrics and logs are not relayed"};
  if (head.method != "POST") return otlp_refusal{405, "traces are sent by POST"};
  const auto encoding = encoding_of(head.content_type);
  if (!encoding)
    return otlp_refusal{415, "Content-Type must be application/x-protobuf or application/json"};
  if (head.content_encoding.empty() || core::iequals(head.content_encoding, "identity"))
    return otlp_form{*encoding, false};
  if (core::iequals(head.content_encoding, "gzip")) return otlp_form{*encoding, true};
  return otlp_refusal{415, "Content-Encoding must be gzip or identity"};
}

otlp_reader::otlp_reader(const relay_config& config, const std::string& service)
    : limit_(config.body_limit.bytes), resource_(completed_attributes(config, service)) {}

std::optional<otlp_refusal> otlp_reader::decode(otlp_form form, std::string& body) {
  if (form.gzip) {
    auto plain = gzip_.read(body, limit_);
    if (!plain && plain.error() == core::make_error_code(core::errc::too_large))
      return otlp_refusal{
          413, "the body is larger than " + std::to_string(limit_) + " bytes when decompressed"};
    if (!plain) return malformed("the body is not gzip, or is cut off");
    body = std::move(*plain);
  }
  if (form.encoding == otlp_encoding::protobuf) return std::nullopt;
  auto converted = protobuf_of_json(body);
  if (!converted.problem.empty()) return malformed(std::move(converted.problem));
  body = std::move(converted.body);
  return std::nullopt;
}

std::variant<otlp_intake, otlp_refusal> otlp_reader::read(otlp_form form, std::string body) {
  if (auto refused = decode(form, body)) return std::move(*refused);
  otlp_intake out;
  const auto count = [&out](const span_view& s) { s.valid() ? ++out.batch.spans : ++out.rejected; };
  const auto visited = visit_spans(body, count);
  const auto missing = visited ? count_missing_attributes(body, resource_) : visited;
  if (!missing) return malformed("the body is no ExportTraceServiceRequest in protobuf");
  if (out.batch.spans == 0) return out;
  if (out.rejected == 0 && *missing == 0) {
    out.batch.body = std::move(body);  // untouched: the usual case is free of copies
    return out;
  }
  const auto valid = [](const span_view& s) { return s.valid(); };
  auto spliced = splice(body, valid, resource_);
  if (!spliced) return malformed("the body is no ExportTraceServiceRequest in protobuf");
  out.batch.body = std::move(*spliced);
  return out;
}

}  // namespace sidecar
