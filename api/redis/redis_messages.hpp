#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/queue/message_queue.hpp"
#include "api/redis/redis_script.hpp"
#include "core/redis_codec.hpp"

/// How messages look in Redis; pure. The stream's entries have the fields id, topic, message,
/// accepted_at (Unix ms), traceparent and tracestate; a key for each transaction says that it is
/// pending, or why it is dead; a key for each Idempotency-Key, what was taken under it; and one
/// counts what was ever accepted.
namespace api {

inline constexpr const char* message_stream = "remora:messages";
inline constexpr const char* dead_stream = "remora:messages:dead";
inline constexpr const char* worker_group = "worker";
inline constexpr const char* accepted_counter = "remora:messages:accepted";
std::string pending_key(std::string_view id);
std::string dead_key(std::string_view id);
/// Of an Idempotency-Key, by its SHA-256: the key itself is the client's business.
std::string idempotency_key(std::string_view key);

/// What takes a message, as one step: looks whether its Idempotency-Key was used and whether fewer
/// than `limit` messages are in the stream, then adds the entry and makes it known as pending.
extern const char* const accepting_script;
std::string accepting_call(const redis_script& script, const queued_message& message,
                           const std::optional<idempotency>& once, std::int64_t limit);
/// What the script says; an error reply or anything else it does not say is `queue_errc::refused`.
core::result<acceptance> to_acceptance(const core::redis_reply& reply, const std::string& id);

/// What makes a dead letter pending again; 0 when it is no dead letter any more.
extern const char* const redriving_script;
std::string redriving_call(const redis_script& script, const dead_letter& letter);

/// One transaction each, from MULTI to EXEC: what takes stored messages out of the stream …
std::vector<core::redis_command> settling_commands(const std::vector<delivery>& stored);
/// … and what moves others to the dead letters, with `reason`, `deliveries` and `receipt` as
/// further fields.
std::vector<core::redis_command> burying_commands(const std::vector<dead_letter>& letters);

/// An entry of the dead letters; its receipt is the entry's own.
dead_letter to_dead_letter(const core::redis_reply& entry);

/// The questions about how many messages are where (one transaction), and what EXEC's reply says.
std::vector<core::redis_command> account_questions();
core::result<queue_account> to_account(const core::redis_reply& exec);

/// An entry `[id, [field, value…]]` as a delivery; `malformed` says what is wrong with it.
delivery to_delivery(const core::redis_reply& entry);
/// A list of entries; anything that is no list gives none.
std::vector<delivery> to_deliveries(const core::redis_reply& entries);

/// The value after `name` in a flat list of names and values; null when it is not there.
const core::redis_reply* flat_value(const core::redis_reply& list, std::string_view name);

/// Why a Redis with these settings (replies of CONFIG GET for each) must not be the receipt for
/// anything; "" when it may: every write is on disk before it is answered, and nothing is evicted.
std::string durability_problem(const std::vector<core::redis_reply>& settings);
/// The commands whose replies `durability_problem` reads.
std::vector<core::redis_command> durability_questions();

/// Why a transaction (the reply of EXEC) failed as a whole or in part; "" when all of it was done.
std::string transaction_problem(const core::redis_reply& exec);

}  // namespace api
