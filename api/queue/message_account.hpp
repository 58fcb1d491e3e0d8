#pragma once

#include "api/postgres/message_repository.hpp"
#include "api/queue/message_queue.hpp"
#include "core/worker.hpp"

namespace api {

/// Keeps the account of messages as metrics: accepted = stored + pending + dead-lettered, from what
/// queue and table have kept, never from counters of processes (`remora_messages{state}` and
/// `remora_messages_oldest_pending_age_seconds`), with the queue's depth and lag. The four numbers
/// are read one after the other, so under load they differ by what moved in between.
class message_account {
 public:
  message_account(core::worker& w, message_consumer& queue, message_store& store);
  /// Looks every five seconds, less often when counting rows takes long; never ends.
  core::task<> run();

 private:
  core::task<> look();

  core::worker& worker_;
  message_consumer& queue_;
  message_store& store_;
  core::gauge_cell& stored_;
  core::gauge_cell& pending_;
  core::gauge_cell& dead_;
  core::gauge_cell& oldest_;
  core::gauge_cell& depth_;
  core::gauge_cell& lag_;
};

}  // namespace api
