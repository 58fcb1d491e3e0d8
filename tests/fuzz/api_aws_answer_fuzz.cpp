#include <string>

#include "api/aws/aws_error.hpp"
#include "api/aws/credentials.hpp"
#include "api/aws/sqs_messages.hpp"
#include "api/aws/sqs_topic.hpp"
#include "api/aws/xml.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

void write(std::string& out, const api::xml_element& e) {
  out += "<" + e.name + ">";
  for (const char c : e.text) {
    if (c == '<' || c == '&')
      out += c == '<' ? "&lt;" : "&#38;";
    else
      out += c;
  }
  for (const auto& child : e.children) write(out, child);
  out += "</" + e.name + ">";
}

bool same(const api::xml_element& a, const api::xml_element& b) {
  if (a.name != b.name || a.text != b.text || a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!same(a.children[i], b.children[i])) return false;
  return true;
}

void check_xml(std::string_view text) {
  const auto read = api::parse_xml(text);
  if (!read) return;
  require(!read->name.empty() && text.find('<') != text.npos);
  std::string written;
  write(written, *read);
  const auto again = api::parse_xml(written);
  require(again && same(*again, *read));
  for (const auto& child : read->children) require(read->find(child.name) != nullptr);
}

/// Whatever an answer says, its error is one of a bounded set and of one kind.
void check_failure(std::string_view body, int status) {
  const auto failure = api::read_failure(body, "x.y#InternalFailure:http://z");
  require(!failure.type.empty());
  const auto error = api::aws_error(status, failure.type);
  require(api::is_aws_error(error) && !error.message().empty() && error.message() != "unknown");
  require(api::is_throttling(error) + api::is_server_fault(error) + api::is_expired(error) +
              api::is_refusal(error) ==
          1);
}

void check_queue_answers(std::string_view body) {
  if (const auto sent = api::parse_sent(body)) require(!sent->empty());
  if (const auto received = api::parse_received(body))
    for (const auto& r : *received) require(!r.message_id.empty() && !r.receipt_handle.empty());
  if (const auto failed = api::parse_batch(body))
    for (const auto& f : *failed) require(body.find(std::to_string(f.entry)) != body.npos);
  if (const auto attributes = api::parse_attributes(body)) require(!attributes->arn.empty());
}

void check_topic_answers(std::string_view body) {
  if (const auto published = api::parse_published(body)) require(!published->empty());
  if (const auto found = api::parse_subscriptions(body))
    if (const auto arn = api::subscription_of(*found, "arn:aws:sqs:eu-west-1:123456789012:q"))
      require(arn->starts_with("arn:"));
  (void)api::parse_subscription_problem(body);
}

}  // namespace

/// Answers of AWS, whichever they are: of SQS, SNS and the endpoint that gives credentials.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto body = fuzz::text_of(data, size);
  check_xml(body);
  check_queue_answers(body);
  check_topic_answers(body);
  if (const auto found = api::parse_container_credentials(body))
    require(!found->who.access_key_id.empty() && !found->who.secret_access_key.empty() &&
            found->expires != 0);
  check_failure(body, 503);
  check_failure(body, 400);
  return 0;
}
