#include <string>

#include "api/aws/sqs_messages.hpp"
#include "api/http/json.hpp"
#include "api/queue/uuid7.hpp"
#include "core/json_text.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

api::sqs_received received(std::string body) {
  return {"aeee7751-a86a-41bd-8b07-87b020099346", "handle", 2, std::move(body)};
}

/// What a body is read as; what cannot be read keeps the body for people.
void check_body(std::string_view body) {
  const auto d = api::to_delivery(received(std::string(body)));
  require(d.receipt == "aeee7751-a86a-41bd-8b07-87b020099346" && d.count == 2);
  if (!d.malformed.empty()) {
    require(d.message.message == body);
    return;
  }
  require(api::is_uuid(d.message.id) && !d.message.topic.empty());
  require(api::parse_json(d.message.message, 64).has_value());
  // The same again, directly and by way of a topic.
  const auto written = api::message_body(d.message);
  for (const auto& way :
       {written, "{\"Type\":\"Notification\",\"Message\":" + core::json_string(written) + "}"}) {
    const auto again = api::to_delivery(received(way));
    require(again.malformed.empty() && again.message.id == d.message.id);
    require(again.message.topic == d.message.topic && again.message.message == d.message.message);
    require(again.message.accepted_at == d.message.accepted_at);
    require(again.message.traceparent == d.message.traceparent &&
            again.message.tracestate == d.message.tracestate);
  }
}

/// Any JSON that was accepted comes back, in characters that SQS takes.
void check_message(std::string_view text) {
  const auto message = api::parse_json(text);
  if (!message) return;
  api::queued_message m;
  m.id = "018bcfe5-687b-7f02-bf04-05067d2afbd5";
  m.topic = "t";
  m.message = message->to_string();
  const auto body = api::message_body(m);
  require(body.find("\xEF\xBF\xBE") == body.npos && body.find("\xEF\xBF\xBF") == body.npos);
  const auto again = api::to_delivery(received(body));
  require(again.malformed.empty() && again.message.message == m.message);
}

}  // namespace

/// Bodies of messages in SQS: ours, those that a topic hands on, and any other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_body(text);
  check_message(text);
  return 0;
}
