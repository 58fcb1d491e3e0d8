#include "api/redis/redis_idempotency.hpp"

#include "api/queue/uuid7.hpp"
#include "core/digest.hpp"

namespace api {
namespace {

constexpr const char* day_in_seconds = "86400";
constexpr std::size_t id_size = 36;
constexpr std::string_view claimed_mark = " claimed ";
constexpr std::string_view taken_mark = " taken ";

}  // namespace

std::string claim_key(std::string_view key) {
  return "remora:claim:" + core::to_hex(core::sha256(key));
}

std::string claim_text(std::string_view id, bool taken, std::string_view fingerprint) {
  std::string text(id);
  return text.append(taken ? taken_mark : claimed_mark).append(fingerprint);
}

core::result<idempotency_claim> read_claim(std::string_view text, std::string_view fingerprint) {
  idempotency_claim claim;
  claim.id = text.substr(0, id_size);
  text.remove_prefix(claim.id.size());
  const bool taken = text.starts_with(taken_mark);
  if (!is_uuid(claim.id) || (!taken && !text.starts_with(claimed_mark))) return queue_errc::refused;
  text.remove_prefix((taken ? taken_mark : claimed_mark).size());
  if (text != fingerprint)
    claim.what = idempotency_claim::state::conflict;
  else
    claim.what = taken ? idempotency_claim::state::taken : idempotency_claim::state::claimed;
  return claim;
}

// SET NX decides, and what GET finds behind it is what was decided, be it by us or by others.
core::task<core::result<idempotency_claim>> redis_idempotency::claim(call_context call,
                                                                     idempotency once,
                                                                     std::string id) {
  const std::string key = claim_key(once.key);
  std::vector<core::redis_command> commands(2);
  commands[0] = {"SET", key, claim_text(id, false, once.fingerprint), "NX", "EX", day_in_seconds};
  commands[1] = {"GET", key};
  auto replies = co_await connection_.run(std::move(commands), call.until);
  if (!replies) co_return replies.error();
  const core::redis_reply &set = replies->at(0), &get = replies->at(1);
  if (set.is_error() || get.kind != core::redis_kind::string)
    co_return core::error_code(queue_errc::refused);
  if (!set.is_nil()) co_return idempotency_claim{idempotency_claim::state::fresh, std::move(id)};
  co_return read_claim(get.text, once.fingerprint);
}

core::task<core::result<>> redis_idempotency::confirm(call_context call, idempotency once,
                                                      std::string id) {
  core::redis_command command{
      "SET", claim_key(once.key), claim_text(id, true, once.fingerprint), "XX",
      "EX",  day_in_seconds};
  auto reply = co_await connection_.run(std::move(command), call.until);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return core::error_code(queue_errc::refused);
  co_return core::result<>();
}

}  // namespace api
