#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/queue/message_queue.hpp"

/// How messages look in SQS, and SQS' JSON protocol (`application/x-amz-json-1.0`); pure. A
/// message's body is a JSON object with the members id, topic, accepted_at (Unix ms), traceparent,
/// tracestate (both only where there is a trace) and message (any JSON).
namespace api {

/// The body of a message, of characters that SQS takes only.
std::string message_body(const queued_message& message);

/// A message as SQS gives it to a consumer.
struct sqs_received {
  std::string message_id;      ///< the same every time it is given
  std::string receipt_handle;  ///< of this time: what it is deleted by
  std::int64_t count = 1;      ///< how often it was given, this time included
  std::string body;
};

/// Takes a body as it was sent, or as SNS hands it on (a notification with the body as its
/// `Message`). What cannot be read is `malformed`, with the body as it came as its message.
delivery to_delivery(const sqs_received& received);

/// What `GetQueueAttributes` tells of a queue.
struct sqs_attributes {
  std::string arn;
  std::int64_t retention = 0;  ///< seconds
  std::int64_t visible = 0;    ///< messages; all three are approximate
  std::int64_t in_flight = 0;
  std::int64_t delayed = 0;
  bool has_policy = false;      ///< somebody else than the queue's account may do something
  bool moves_messages = false;  ///< it has a redrive policy of its own
};

/// An entry of a batch that was not done.
struct sqs_batch_failure {
  std::size_t entry = 0;  ///< its place in the request
  std::string code;
};

/// Bodies of requests. Batches are of ten entries at most.
inline constexpr std::size_t sqs_batch_size = 10;
std::string send_request(const std::string& queue_url, std::string_view body);
std::string receive_request(const std::string& queue_url, std::size_t most, std::int64_t wait,
                            std::int64_t visibility);
std::string delete_request(const std::string& queue_url, std::span<const std::string> handles);
std::string visibility_request(const std::string& queue_url, std::span<const std::string> handles,
                               std::int64_t visibility);
std::string attributes_request(const std::string& queue_url);

/// What answers say; `errc::malformed` for what is no answer to such a request.
core::result<std::string> parse_sent(std::string_view answer);  ///< SQS' id of the message
core::result<std::vector<sqs_received>> parse_received(std::string_view answer);
core::result<std::vector<sqs_batch_failure>> parse_batch(std::string_view answer);
core::result<sqs_attributes> parse_attributes(std::string_view answer);

}  // namespace api
