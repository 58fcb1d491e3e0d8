#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

/// The queue between whoever accepts messages and the worker that stores them. It is the receipt
/// for a 202, so it must be durable. Redis Streams implement it now; another queue has the same
/// face.
namespace api {

/// Where a message is, as far as the queue knows; a stored one is no longer known to it.
enum class queue_state { unknown, pending, dead };

struct queue_entry {
  queue_state state = queue_state::unknown;
  std::string reason;  ///< of a dead letter
};

/// The side that accepts.
class message_producer {
 public:
  virtual ~message_producer() = default;
  /// Takes a message; on success it survives any crash. On an error it may have been taken or not,
  /// so the caller must not say that it was.
  virtual core::task<core::result<>> enqueue(call_context call, queued_message message) = 0;
  virtual core::task<core::result<queue_entry>> find(call_context call, std::string id) = 0;
  /// Whether the queue is known to be durable; while it is not, nothing is accepted.
  virtual bool durable() const noexcept = 0;
};

/// A message in the hands of this consumer.
struct delivery {
  std::string receipt;     ///< the queue's own name for it
  std::int64_t count = 1;  ///< how often it was delivered, this time included
  queued_message message;
  std::string malformed;  ///< why it cannot be read; "" when it can
};

/// How many messages are where, from what the queue itself has kept.
struct queue_account {
  std::int64_t accepted = 0;
  std::int64_t pending = 0;
  std::int64_t dead = 0;
  std::optional<std::int64_t> oldest_pending;  ///< accepted at, Unix milliseconds
};

/// A message that can never be stored, and why.
struct dead_letter {
  delivery what;
  std::string reason;
};

/// The side that stores. A message stays in the queue until it is settled, and comes again, here or
/// at another consumer, when this one disappears.
class message_consumer {
 public:
  virtual ~message_consumer() = default;
  /// What an earlier run of this consumer, or one that has disappeared, has not settled.
  virtual core::task<core::result<std::vector<delivery>>> recover(call_context call,
                                                                  std::size_t most) = 0;
  /// New messages; waits for the first at most until the call's deadline, then gives none.
  virtual core::task<core::result<std::vector<delivery>>> receive(call_context call,
                                                                  std::size_t most) = 0;
  /// These are stored: forget them.
  virtual core::task<core::result<>> settle(call_context call, std::vector<delivery> stored) = 0;
  /// These never will be: keep them apart, with the reason.
  virtual core::task<core::result<>> bury(call_context call, std::vector<dead_letter> letters) = 0;
  virtual core::task<core::result<queue_account>> account(call_context call) = 0;
  /// Leaves the group, if nothing is left to settle.
  virtual core::task<> leave(call_context call) = 0;
};

}  // namespace api
