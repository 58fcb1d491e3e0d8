#pragma once

#include "api/aws/sqs_calls.hpp"
#include "api/postgres/dead_letter_repository.hpp"
#include "api/queue/message_queue.hpp"

namespace api {

/// The dead letters under SQS, which lie in PostgreSQL.
///
/// Sending one again is two steps: to the queue (past the topic: its other subscribers have had the
/// message), then out of the table. What crashes in between leaves both: the transaction counts as
/// dead until it is stored, and sending it once more has no second effect, since the store knows
/// transaction ids. One that has no transaction id was never accepted by us and cannot be sent:
/// `queue_errc::refused`.
class sqs_dead_letters final : public dead_letter_box {
 public:
  sqs_dead_letters(sqs_calls& calls, dead_letter_store& letters)
      : calls_(calls), letters_(letters) {}

  /// The receipts are row numbers.
  core::task<core::result<std::vector<dead_letter>>> list(call_context call, std::string after,
                                                          std::size_t most) override;
  core::task<core::result<redriven>> redrive(call_context call, dead_letter letter) override;

 private:
  sqs_calls& calls_;
  dead_letter_store& letters_;
};

}  // namespace api
