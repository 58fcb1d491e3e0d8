#pragma once

#include <vector>

#include "api/config.hpp"
#include "api/postgres/message_repository.hpp"
#include "api/queue/message_queue.hpp"
#include "api/waiter.hpp"
#include "core/readiness.hpp"
#include "core/worker.hpp"

namespace api {

/// Takes messages from the queue in batches, stores each batch in one transaction, several of them
/// side by side, and settles it after the commit: whatever dies in between, each message has its
/// effect exactly once, since the store knows transaction ids. While the database is away the batch
/// in hand is tried again and again, no further one is taken, and nothing is lost or counted
/// against a message. What the database refuses is searched for message by message and buried with
/// the reason, as is what cannot be read or was delivered too often: it may be what kills the
/// worker, so what comes back is handled one by one.
class message_worker {
 public:
  static constexpr std::size_t batch_size = 500;

  /// `working` is told whether queue and database answer.
  message_worker(core::worker& w, message_consumer& queue, message_store& store,
                 delivery_config config, core::readiness::condition& working);

  /// Works until `stop`.
  core::task<> run();
  /// Lets the batches in hand finish, at most until `until`, and leaves the queue.
  core::task<> stop(core::deadline until);

 private:
  core::task<core::result<std::vector<delivery>>> next_batch();
  core::task<> wait_until_in_hand_is_below(std::int64_t count);
  core::task<> handle(std::vector<delivery> batch);
  core::task<> process(std::vector<delivery> batch);
  core::task<std::vector<delivery>> bury_hopeless(std::vector<delivery> batch);
  core::task<> store_together(std::vector<delivery> batch);
  core::task<> store_apart(std::vector<delivery> batch);
  core::task<core::result<>> store_patiently(std::vector<queued_message> messages);
  core::task<> settle(std::vector<delivery> stored);
  core::task<> bury(std::vector<dead_letter> letters);
  void report(bool ok, const char* what, const core::error_code& error = {});
  call_context call_within(core::duration d) const;

  core::worker& worker_;
  message_consumer& queue_;
  message_store& store_;
  delivery_config config_;
  core::readiness::condition& working_;
  waiter stopped_;
  std::int64_t in_hand_ = 0;    // batches
  waiter* for_room_ = nullptr;  // the loop, while it waits for a batch to be finished
  bool stopping_ = false;
  bool failing_ = false;
};

}  // namespace api
