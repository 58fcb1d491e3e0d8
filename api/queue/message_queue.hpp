#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

/// The queue between whoever accepts messages and the worker that stores them. It is the receipt
/// for a 202, so it must be durable. Redis Streams and SNS/SQS implement it.
namespace api {

/// Why a queue that can be reached does not take a message. Nothing was taken.
enum class queue_errc {
  full = 1,     ///< as many messages are pending as are allowed
  not_durable,  ///< it is not known to survive a crash
  refused,      ///< it said no for a reason of its own, which was logged
};
boost::system::error_code make_error_code(queue_errc e) noexcept;

/// Where a message is, as far as the queue knows; a stored one is no longer known to it.
enum class queue_state { unknown, pending, dead };

struct queue_entry {
  queue_state state = queue_state::unknown;
  std::string reason;  ///< of a dead letter
};

/// What lets a client send the same message again without a second effect.
struct idempotency {
  std::string key;          ///< distinct for each client and each message it means
  std::string fingerprint;  ///< of what was sent: equal for equal messages only
};

/// What became of a message that was to be taken.
struct acceptance {
  enum class outcome {
    taken,
    replayed,  ///< it was taken before, under the same key
    conflict,  ///< under this key another message was taken
  };
  outcome what = outcome::taken;
  std::string id;  ///< transaction id under which it was taken, now or before
};

/// The side that accepts.
class message_producer {
 public:
  virtual ~message_producer() = default;
  /// A fresh transaction id, as `find` will recognise it.
  virtual std::string new_id() = 0;
  /// Takes a message; on success it survives any crash. On an error other than a `queue_errc` it
  /// may have been taken or not, so the caller must not say that it was.
  virtual core::task<core::result<acceptance>> enqueue(call_context call, queued_message message,
                                                       std::optional<idempotency> once) = 0;
  virtual core::task<core::result<queue_entry>> find(call_context call, std::string id) = 0;
  /// Finds out whether the queue is there and durable; until it has, `enqueue` takes nothing. To be
  /// asked again and again: settings change, and another server may answer.
  virtual core::task<core::result<>> check(core::deadline until) = 0;
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
  std::optional<std::int64_t> accepted;  ///< ever; nullopt when the queue does not count that
  std::int64_t pending = 0;              ///< accepted, and neither stored nor dead
  std::int64_t lag = 0;                  ///< of those, the ones that no consumer has been given yet
  std::int64_t dead = 0;
  std::optional<std::int64_t> oldest_pending;  ///< accepted at, Unix milliseconds
};

/// A message that can never be stored, and why.
struct dead_letter {
  delivery what;
  std::string reason;
};

/// What came of sending a dead letter on its way again.
enum class redriven {
  pending,  ///< it is in the queue again
  gone,     ///< it was not among the dead letters any more
};

/// What the queue keeps of the messages that could not be stored, for people: they look, mend the
/// cause and send them on their way again.
class dead_letter_box {
 public:
  virtual ~dead_letter_box() = default;
  /// The oldest `most` after the one with the receipt `after` ("" from the beginning).
  virtual core::task<core::result<std::vector<dead_letter>>> list(call_context call,
                                                                  std::string after,
                                                                  std::size_t most) = 0;
  /// Makes a dead letter pending again under its transaction id.
  virtual core::task<core::result<redriven>> redrive(call_context call, dead_letter letter) = 0;
};

/// The side that stores. A message stays in the queue until it is settled, and comes again, here or
/// at another consumer, when this one disappears. Batches may be in hand side by side: `settle` and
/// `bury` may be called while another call waits; `recover` and `receive` one after the other.
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

template <>
struct boost::system::is_error_code_enum<api::queue_errc> : std::true_type {};
