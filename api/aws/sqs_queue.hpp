#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/sealed_id.hpp"
#include "api/aws/sqs_calls.hpp"
#include "api/aws/sqs_in_hand.hpp"
#include "api/postgres/dead_letter_repository.hpp"
#include "api/queue/idempotency_store.hpp"
#include "api/queue/message_queue.hpp"
#include "core/worker.hpp"

/// SQS as the queue, with or without an SNS topic in front of it. SQS cannot be asked for a message
/// by its name, so ids are sealed, dead letters lie in PostgreSQL and Idempotency-Keys in Redis.
namespace api {

/// The side that accepts. The receipt for a 202 is SQS' (or SNS') answer: the message lies in
/// several data centres then.
class sqs_producer final : public message_producer {
 public:
  /// Takes no more while `limit` messages are pending, as far as SQS knows: its figures are
  /// approximate, and as old as the last `check`.
  sqs_producer(core::worker& w, sqs_calls& calls, id_seal seal, dead_letter_reader& ends,
               idempotency_store& keys, std::int64_t limit);

  std::string new_id() override { return seal_.new_id(); }
  core::task<core::result<acceptance>> enqueue(call_context call, queued_message message,
                                               std::optional<idempotency> once) override;
  /// An id that we gave out, and that has neither been stored nor is dead, is pending for as long
  /// as SQS keeps messages, and the day more for which an Idempotency-Key may send it again.
  core::task<core::result<queue_entry>> find(call_context call, std::string id) override;
  /// The queue is there and keeps messages for a day at least; the topic, if there is one, hands
  /// every message on to it (asked once a minute).
  core::task<core::result<>> check(core::deadline until) override;

 private:
  core::task<core::result<std::string>> problem_of(sqs_attributes queue, core::deadline until);
  core::task<core::result<acceptance>> send(call_context call, queued_message message);
  core::task<core::result<acceptance>> send_once(call_context call, queued_message message,
                                                 idempotency once);
  core::error_code not_found_out(const core::error_code& error);
  void report(const std::string& problem);

  core::worker& worker_;
  sqs_calls& calls_;
  id_seal seal_;
  dead_letter_reader& ends_;
  idempotency_store& keys_;
  std::int64_t limit_;
  std::chrono::seconds retention_;
  std::int64_t depth_ = 0;        // at the last check
  std::int64_t sent_since_ = 0;   // and what was sent after it
  bool checked_ = false;          // the queue was found durable
  bool told_of_redrive_ = false;  // a warning was logged
  std::string problem_;           // that was logged last
  std::string topic_problem_;     // as it was found last
  core::instant next_topic_check_{};
};

/// The side that stores. What it has been given is hidden from other consumers, again and again
/// while it is in hand (twelve hours at most: SQS' own limit); when this one disappears, the
/// messages come again, here or elsewhere, once their visibility timeout has run out.
///
/// Outlives the last run of its worker's loop, or has nothing under way when it goes.
class sqs_consumer final : public message_consumer {
 public:
  sqs_consumer(core::worker& w, sqs_calls& calls, dead_letter_store& letters,
               core::duration visibility);
  ~sqs_consumer() override;

  /// Gives none: what others have left behind comes with the rest.
  core::task<core::result<std::vector<delivery>>> recover(call_context call,
                                                          std::size_t most) override;
  /// One long poll, and when there is more, as many short ones side by side as have been filled
  /// lately. The wait is in whole seconds, the nearest.
  core::task<core::result<std::vector<delivery>>> receive(call_context call,
                                                          std::size_t most) override;
  core::task<core::result<>> settle(call_context call, std::vector<delivery> stored) override;
  core::task<core::result<>> bury(call_context call, std::vector<dead_letter> letters) override;
  /// All but `dead` are SQS' approximations; what was accepted and how old the oldest message is,
  /// it does not know.
  core::task<core::result<queue_account>> account(call_context call) override;
  /// Hands back what has not been settled, so that others need not wait for it.
  core::task<> leave(call_context call) override;

 private:
  struct round {
    std::vector<delivery> fresh;
    bool full = true;
  };
  core::task<round> short_polls(std::size_t most, core::deadline until);
  std::vector<delivery> hand_out(std::vector<sqs_received> received);
  core::task<core::result<>> forget(std::vector<delivery> settled, core::deadline until);
  core::task<> keep_hidden(std::shared_ptr<const bool> alive);
  core::task<core::duration> hide_due();

  core::worker& worker_;
  sqs_calls& calls_;
  dead_letter_store& letters_;
  std::chrono::seconds visibility_;
  sqs_in_hand in_hand_;
  std::size_t polls_ = 1;  // side by side, next time that there is more
  bool hiding_ = false;    // `keep_hidden` is at work
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace api
