#include "sidecar/relay/otlp_receiver.hpp"

#include <stdexcept>

#include "core/otlp_encode.hpp"
#include "core/worker.hpp"
#include "sidecar/relay/gzip.hpp"

namespace sidecar {
namespace {

// google.rpc.Code
constexpr int invalid_argument = 3;
constexpr int resource_exhausted = 8;
constexpr int unavailable = 14;

core::server_response answer(int status, std::string body) {
  core::server_response out;
  out.status = status;
  out.content_type = "application/x-protobuf";
  out.body = std::move(body);
  return out;
}

core::server_response refuse(int status, int code, std::string_view message) {
  return answer(status, core::encode_status(code, message));
}

core::http_server_limits limits_for(const relay_config& config) {
  core::http_server_limits out;
  out.body = config.body_limit.bytes;
  return out;
}

}  // namespace

otlp_receiver::otlp_receiver(core::worker& w, const relay_config& config, batch_sink taker)
    : config_(config),
      taker_(std::move(taker)),
      server_(w, core::immediate([this](const core::server_request& request) {
                return receive(request);
              }),
              limits_for(config)) {}

std::uint16_t otlp_receiver::start() {
  auto port = server_.listen(config_.listen);
  if (!port)
    throw std::runtime_error("the relay cannot listen on " + config_.listen.to_string() + ": " +
                             port.error().message());
  return *port;
}

core::server_response otlp_receiver::receive(const core::server_request& request) {
  if (request.path != "/v1/traces")
    return refuse(404, invalid_argument, "only /v1/traces is served here");
  if (request.method != "POST") {
    auto out = refuse(405, invalid_argument, "use POST");
    out.headers.emplace_back("Allow", "POST");
    return out;
  }
  const auto type = request.header("content-type").value_or("");
  if (!core::iequals(type.substr(0, type.find(';')), "application/x-protobuf"))
    return refuse(415, invalid_argument, "Content-Type must be application/x-protobuf");

  std::string body(request.body);
  const auto encoding = request.header("content-encoding").value_or("identity");
  if (core::iequals(encoding, "gzip")) {
    bool too_large = false;
    auto plain = gunzip(body, config_.body_limit.bytes, too_large);
    if (too_large) return refuse(413, resource_exhausted, "the decompressed body is too large");
    if (!plain) return refuse(400, invalid_argument, "the body is no gzip");
    body = std::move(*plain);
  } else if (!core::iequals(encoding, "identity")) {
    return refuse(415, invalid_argument, "Content-Encoding must be gzip or identity");
  }
  const auto summary = core::inspect_export_request(body);
  if (!summary) return refuse(400, invalid_argument, "the body is no ExportTraceServiceRequest");
  if (summary->spans == 0) return answer(200, {});
  const auto dropped = taker_(core::span_batch{std::move(body), summary->spans});
  // A full queue is told to come back; with no backend at all the spans are taken and counted as
  // dropped, because sending them again would change nothing.
  if (dropped == core::drop_reason::queue_full) {
    auto out = refuse(503, unavailable, "the span queue is full");
    out.headers.emplace_back("Retry-After", "1");
    return out;
  }
  return answer(200, {});
}

}  // namespace sidecar
