#pragma once

#include <string>
#include <utility>

#include "api/call_context.hpp"
#include "api/queue/uuid7.hpp"
#include "api/types.hpp"
#include "tests/support/await.hpp"

/// What tests of the API's parts call them with.
namespace tests {

inline api::call_context within(core::duration time) {
  api::call_context call;
  call.until = core::deadline::in(time, core::now());
  return call;
}
/// A call with more time than any healthy server takes.
inline api::call_context in_time() {
  return within(std::chrono::seconds(20));
}

inline api::queued_message message_of(std::string topic, std::string json,
                                      std::int64_t accepted_at = 1'700'000'000'123) {
  api::queued_message m;
  m.id = api::new_transaction_id();
  m.topic = std::move(topic);
  m.message = std::move(json);
  m.accepted_at = accepted_at;
  return m;
}

}  // namespace tests
