#pragma once

#include <string>

#include "api/call_context.hpp"
#include "api/queue/message_queue.hpp"
#include "core/task.hpp"

namespace api {

/// What is known under an Idempotency-Key.
struct idempotency_claim {
  enum class state {
    fresh,    ///< nothing was: it is claimed for the id that was offered
    claimed,  ///< somebody was about to take this message, as `id`, and may have or not
    taken,    ///< this message was taken, as `id`
    conflict  ///< another message has this key
  };
  state what = state::fresh;
  std::string id;
};

/// Remembers Idempotency-Keys for 24 hours, for queues that cannot do it themselves. A key is
/// claimed before its message is sent and confirmed after: what crashes in between leaves a claim,
/// under which the next request sends the message again with the same transaction id.
class idempotency_store {
 public:
  virtual ~idempotency_store() = default;
  /// One step, so that of two requests at once only one is `fresh`.
  virtual core::task<core::result<idempotency_claim>> claim(call_context call, idempotency once,
                                                            std::string id) = 0;
  virtual core::task<core::result<>> confirm(call_context call, idempotency once,
                                             std::string id) = 0;
};

}  // namespace api
