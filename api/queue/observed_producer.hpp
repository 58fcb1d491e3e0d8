#pragma once

#include "api/queue/message_queue.hpp"
#include "api/telemetry/observed_call.hpp"

namespace api {

/// The accepting side of the queue with telemetry around it. The PRODUCER span's context travels in
/// the message, so that the consumer's span can continue the trace and link to it. What is not
/// taken is counted by reason: `remora_queue_refusals_total{reason}`.
class observed_producer final : public message_producer {
 public:
  /// `system` is the queue's name in semantic conventions (`redis`, `aws_sqs`), `destination` the
  /// stream's or queue's.
  observed_producer(tracer& t, message_producer& inner, const std::string& system,
                    const std::string& destination);

  std::string new_id() override { return inner_.new_id(); }
  core::task<core::result<acceptance>> enqueue(call_context call, queued_message message,
                                               std::optional<idempotency> once) override;
  core::task<core::result<queue_entry>> find(call_context call, std::string id) override;
  core::task<core::result<>> check(core::deadline until) override { return inner_.check(until); }

 private:
  void refused(const core::error_code& error);

  tracer& tracer_;
  message_producer& inner_;
  operation send_, find_;
  core::counter_cell& full_;
  core::counter_cell& not_durable_;
  core::counter_cell& unavailable_;
};

}  // namespace api
