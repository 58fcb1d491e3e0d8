#pragma once

#include <optional>
#include <string>

#include "api/postgres/message_repository.hpp"
#include "api/queue/message_queue.hpp"
#include "core/worker.hpp"

namespace api {

/// What became of an accepted message.
struct transaction {
  enum class state { unknown, pending, dead, stored };
  state what = state::unknown;
  std::string reason;     ///< of a dead one
  stored_message stored;  ///< of a stored one
};

/// Finds out what became of transactions, from the table and the queue together.
class transactions {
 public:
  /// Most requests that wait at a time; more are answered at once.
  static constexpr int most_waiting = 256;

  transactions(core::worker& w, message_reader& messages, message_producer& queue)
      : worker_(w), messages_(messages), queue_(queue) {}

  /// Its state now. An error: what is known of it does not decide, and the rest cannot be asked.
  core::task<core::result<transaction>> look(call_context call, std::string id);
  /// Its state as soon as it is pending no more, at the latest after `time` or in time for the
  /// call's deadline.
  core::task<core::result<transaction>> wait(call_context call, std::string id,
                                             core::duration time);

 private:
  core::task<core::result<transaction>> watch(call_context call, std::string id,
                                              core::deadline until);
  core::worker& worker_;
  message_reader& messages_;
  message_producer& queue_;
  int waiting_ = 0;
};

}  // namespace api
