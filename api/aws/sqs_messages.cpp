#include "api/aws/sqs_messages.hpp"

#include <charconv>

#include "api/http/json.hpp"
#include "api/queue/uuid7.hpp"
#include "core/json_text.hpp"

namespace api {
namespace {

constexpr std::size_t deepest = 64;  // what we took, and what is around it

/// U+FFFE and U+FFFF, which SQS does not take, in their escaped form. They stand in strings only.
std::string without_noncharacters(std::string json) {
  static constexpr std::pair<std::string_view, std::string_view> escapes[] = {
      {"\xEF\xBF\xBE", "\\ufffe"}, {"\xEF\xBF\xBF", "\\uffff"}};
  for (const auto& [raw, escaped] : escapes)
    for (auto at = json.find(raw); at != std::string::npos; at = json.find(raw, at))
      json.replace(at, raw.size(), escaped);
  return json;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (out.size() > 1) out.push_back(',');
  core::append_json_string(out, name);
  out.push_back(':');
  core::append_json_string(out, text);
}

std::string text_of(const json_value& object, std::string_view name) {
  const json_value* member = object.find(name);
  return member && member->kind == json_kind::string ? member->text : std::string();
}

bool to_integer(std::string_view text, std::int64_t& out) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

/// Why the body cannot be a message; "" when it was read into `m`.
std::string read_message(const json_value& body, queued_message& m) {
  if (body.kind != json_kind::object) return "the body is no JSON object";
  m.id = text_of(body, "id");
  if (!is_uuid(m.id)) return m.id.clear(), "the body has no transaction id";
  m.topic = text_of(body, "topic");
  if (m.topic.empty()) return "the body has no topic";
  const json_value* message = body.find("message");
  if (!message) return "the body has no message";
  const json_value* accepted = body.find("accepted_at");
  if (!accepted || accepted->kind != json_kind::number ||
      !to_integer(accepted->text, m.accepted_at))
    return "the body's accepted_at is not a number";
  m.message = message->to_string();
  m.traceparent = text_of(body, "traceparent");
  m.tracestate = text_of(body, "tracestate");
  m.synthetic = is_synthetic(m.tracestate);
  return {};
}

std::string read_body(std::string_view text, queued_message& m) {
  const auto body = parse_json(text, deepest);
  if (!body) return "the body " + body.error().what;
  if (text_of(*body, "Type") != "Notification") return read_message(*body, m);
  const auto inner = parse_json(text_of(*body, "Message"), deepest);
  if (!inner) return "the notification's message " + inner.error().what;
  return read_message(*inner, m);
}

std::string batch_request(const std::string& queue_url, std::span<const std::string> handles,
                          std::string_view more) {
  std::string out = "{\"Entries\":[";
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (i > 0) out.push_back(',');
    std::string entry = "{";
    append_member(entry, "Id", std::to_string(i));
    append_member(entry, "ReceiptHandle", handles[i]);
    out.append(entry).append(more).append("}");
  }
  out.append("]");
  append_member(out, "QueueUrl", queue_url);
  return out.append("}");
}

/// The member of an answer that is a list, or nothing where there is none.
core::result<std::vector<json_value>> list_in(std::string_view answer, std::string_view name) {
  auto read = parse_json(answer, deepest);
  if (!read || read->kind != json_kind::object) return core::errc::malformed;
  for (auto& member : read->members) {
    if (member.name != name || member.value.kind == json_kind::null) continue;
    if (member.value.kind != json_kind::array) return core::errc::malformed;
    return std::move(member.value.items);
  }
  return std::vector<json_value>();
}

}  // namespace

std::string message_body(const queued_message& message) {
  std::string out = "{";
  append_member(out, "id", message.id);
  append_member(out, "topic", message.topic);
  out.append(",\"accepted_at\":").append(std::to_string(message.accepted_at));
  if (!message.traceparent.empty()) append_member(out, "traceparent", message.traceparent);
  if (!message.tracestate.empty()) append_member(out, "tracestate", message.tracestate);
  out.append(",\"message\":").append(message.message).append("}");
  return without_noncharacters(std::move(out));
}

delivery to_delivery(const sqs_received& received) {
  delivery d;
  d.receipt = received.message_id;
  d.count = received.count;
  d.malformed = read_body(received.body, d.message);
  if (!d.malformed.empty()) d.message.message = received.body;
  return d;
}

std::string send_request(const std::string& queue_url, std::string_view body) {
  std::string out = "{";
  append_member(out, "QueueUrl", queue_url);
  append_member(out, "MessageBody", body);
  return out.append("}");
}

std::string receive_request(const std::string& queue_url, std::size_t most, std::int64_t wait,
                            std::int64_t visibility) {
  std::string out = "{";
  append_member(out, "QueueUrl", queue_url);
  out.append(",\"MaxNumberOfMessages\":").append(std::to_string(most));
  out.append(",\"WaitTimeSeconds\":").append(std::to_string(wait));
  out.append(",\"VisibilityTimeout\":").append(std::to_string(visibility));
  return out.append(",\"MessageSystemAttributeNames\":[\"ApproximateReceiveCount\"]}");
}

std::string delete_request(const std::string& queue_url, std::span<const std::string> handles) {
  return batch_request(queue_url, handles, {});
}

std::string visibility_request(const std::string& queue_url, std::span<const std::string> handles,
                               std::int64_t visibility) {
  return batch_request(queue_url, handles, ",\"VisibilityTimeout\":" + std::to_string(visibility));
}

std::string attributes_request(const std::string& queue_url) {
  std::string out = "{";
  append_member(out, "QueueUrl", queue_url);
  return out.append(",\"AttributeNames\":[\"All\"]}");
}

core::result<std::string> parse_sent(std::string_view answer) {
  const auto read = parse_json(answer, deepest);
  std::string id = read ? text_of(*read, "MessageId") : std::string();
  if (id.empty()) return core::errc::malformed;
  return id;
}

core::result<std::vector<sqs_received>> parse_received(std::string_view answer) {
  auto messages = list_in(answer, "Messages");
  if (!messages) return messages.error();
  std::vector<sqs_received> out;
  for (const auto& message : *messages) {
    sqs_received r;
    r.message_id = text_of(message, "MessageId");
    r.receipt_handle = text_of(message, "ReceiptHandle");
    r.body = text_of(message, "Body");
    if (r.message_id.empty() || r.receipt_handle.empty()) return core::errc::malformed;
    if (const json_value* attributes = message.find("Attributes"))
      if (!to_integer(text_of(*attributes, "ApproximateReceiveCount"), r.count)) r.count = 1;
    out.push_back(std::move(r));
  }
  return out;
}

core::result<std::vector<sqs_batch_failure>> parse_batch(std::string_view answer) {
  auto failed = list_in(answer, "Failed");
  if (!failed) return failed.error();
  std::vector<sqs_batch_failure> out;
  for (const auto& entry : *failed) {
    std::int64_t at = 0;
    if (!to_integer(text_of(entry, "Id"), at) || at < 0) return core::errc::malformed;
    out.push_back({static_cast<std::size_t>(at), text_of(entry, "Code")});
  }
  return out;
}

core::result<sqs_attributes> parse_attributes(std::string_view answer) {
  const auto read = parse_json(answer, deepest);
  const json_value* given = read ? read->find("Attributes") : nullptr;
  if (!given) return core::errc::malformed;
  sqs_attributes out;
  out.arn = text_of(*given, "QueueArn");
  out.has_policy = !text_of(*given, "Policy").empty();
  out.moves_messages = !text_of(*given, "RedrivePolicy").empty();
  const std::pair<const char*, std::int64_t*> numbers[] = {
      {"MessageRetentionPeriod", &out.retention},
      {"ApproximateNumberOfMessages", &out.visible},
      {"ApproximateNumberOfMessagesNotVisible", &out.in_flight},
      {"ApproximateNumberOfMessagesDelayed", &out.delayed}};
  for (const auto& [name, into] : numbers)
    if (!to_integer(text_of(*given, name), *into)) return core::errc::malformed;
  if (out.arn.empty()) return core::errc::malformed;
  return out;
}

}  // namespace api
