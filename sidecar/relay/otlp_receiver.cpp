#include "sidecar/relay/otlp_receiver.hpp"

#include <stdexcept>

#include "core/worker.hpp"

namespace sidecar {
namespace {

std::optional<otlp_encoding> encoding_of(const core::request_head* head) {
  if (!head) return std::nullopt;
  return sidecar::encoding_of(head->fields.find("content-type").value_or(""));
}

std::string about_rejected(std::uint64_t spans) {
  return std::to_string(spans) + (spans == 1 ? " span has" : " spans have") +
         " no valid trace_id and span_id";
}

}  // namespace

otlp_receiver::otlp_receiver(core::worker& w, const relay_config& config,
                             const std::string& service, core::span_sink& ledger, batch_sink accept)
    : config_(config),
      ledger_(ledger),
      accept_(accept ? std::move(accept)
                     : [&ledger](core::span_batch&& b) { return ledger.accept(std::move(b)); }),
      metrics_(w.metrics),
      reader_(config, service),
      server_(w, core::immediate([this](const core::server_request& r) { return receive(r); }),
              limits()) {}

core::http_server_limits otlp_receiver::limits() {
  core::http_server_limits out;
  out.body = config_.body_limit.bytes;
  out.bodies = std::make_shared<core::byte_budget>(config_.memory_limit.bytes);
  out.refusal = [this](int status, std::string_view detail, const core::request_head* head) {
    return refuse({status, std::string(detail)},
                  encoding_of(head).value_or(otlp_encoding::protobuf));
  };
  return out;
}

std::uint16_t otlp_receiver::start() {
  auto port = server_.listen(config_.listen);
  if (!port)
    throw std::runtime_error("the relay cannot listen on " + config_.listen.to_string() + ": " +
                             port.error().message());
  return *port;
}

core::server_response otlp_receiver::refuse(const otlp_refusal& refusal,
                                            std::optional<otlp_encoding> encoding) {
  metrics_.count(result_of(refusal));
  // What cannot be read as either encoding is told so in neither.
  if (refusal.status == 415 && !encoding) return unsupported_type_answer();
  return refusal_answer(encoding.value_or(otlp_encoding::protobuf), refusal.status,
                        refusal.message);
}

core::server_response otlp_receiver::receive(const core::server_request& request) {
  const auto encoding = encoding_of(&request.head);
  const auto form =
      read_form({request.method, request.path, request.header("content-type").value_or(""),
                 request.header("content-encoding").value_or("")});
  if (const auto* refusal = std::get_if<otlp_refusal>(&form)) return refuse(*refusal, encoding);
  const auto& how = std::get<otlp_form>(form);
  metrics_.bytes(how.gzip, request.body.size());
  return take(how, request.take_body());
}

core::server_response otlp_receiver::take(otlp_form form, std::string body) {
  auto read = reader_.read(form, std::move(body));
  if (const auto* refusal = std::get_if<otlp_refusal>(&read))
    return refuse(*refusal, form.encoding);
  auto& intake = std::get<otlp_intake>(read);
  // With no backend at all the spans are taken and counted as dropped, because sending them again
  // would change nothing.
  if (intake.batch.spans > 0 && accept_(std::move(intake.batch)) == core::drop_reason::queue_full) {
    metrics_.count(relay_result::queue_full);
    return refusal_answer(form.encoding, 503, "the span queue is full");
  }
  if (intake.rejected == 0) {
    metrics_.count(relay_result::accepted);
    return export_answer(form.encoding);
  }
  ledger_.refuse(intake.rejected, core::drop_reason::invalid);
  metrics_.count(relay_result::partial);
  return export_answer(form.encoding, intake.rejected, about_rejected(intake.rejected));
}

}  // namespace sidecar
