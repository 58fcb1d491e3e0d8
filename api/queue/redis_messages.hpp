#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/queue/message_queue.hpp"
#include "api/redis/redis_codec.hpp"

/// How messages look in Redis; pure. The stream's entries have the fields id, topic, message,
/// accepted_at (Unix ms), traceparent and tracestate; a key for each transaction says that it is
/// pending, or why it is dead.
namespace api {

inline constexpr const char* message_stream = "remora:messages";
inline constexpr const char* dead_stream = "remora:messages:dead";
inline constexpr const char* worker_group = "worker";
std::string pending_key(std::string_view id);
std::string dead_key(std::string_view id);

/// One transaction each, from MULTI to EXEC: what makes a message pending …
std::vector<redis_command> accepting_commands(const queued_message& message);
/// … what takes stored messages out of the stream …
std::vector<redis_command> settling_commands(const std::vector<delivery>& stored);
/// … and what moves others to the dead letters, with `reason`, `deliveries` and `receipt` as
/// further fields.
std::vector<redis_command> burying_commands(const std::vector<dead_letter>& letters);

/// The questions about how many messages are where, and what the replies say.
std::vector<redis_command> account_questions();
queue_account to_account(const std::vector<redis_reply>& replies);

/// An entry `[id, [field, value…]]` as a delivery; `malformed` says what is wrong with it.
delivery to_delivery(const redis_reply& entry);
/// A list of entries; anything that is no list gives none.
std::vector<delivery> to_deliveries(const redis_reply& entries);

/// The value after `name` in a flat list of names and values; null when it is not there.
const redis_reply* flat_value(const redis_reply& list, std::string_view name);

/// Why a Redis with these settings (replies of CONFIG GET for each) must not be the receipt for
/// anything; "" when it may: every write is on disk before it is answered, and nothing is evicted.
std::string durability_problem(const std::vector<redis_reply>& settings);
/// The commands whose replies `durability_problem` reads.
std::vector<redis_command> durability_questions();

/// Why a transaction (the reply of EXEC) failed as a whole or in part; "" when all of it was done.
std::string transaction_problem(const redis_reply& exec);

}  // namespace api
