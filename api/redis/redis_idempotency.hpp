#pragma once

#include <string>
#include <string_view>

#include "api/queue/idempotency_store.hpp"
#include "api/redis/redis_connection.hpp"

namespace api {

/// Idempotency-Keys in Redis, each as a string `<id> claimed|taken <fingerprint>`. The shared cache
/// is good enough: where it forgets a key (it was evicted, or Redis was not durable), a message
/// that is sent again counts as another one.
class redis_idempotency final : public idempotency_store {
 public:
  explicit redis_idempotency(redis_connection& connection) : connection_(connection) {}

  core::task<core::result<idempotency_claim>> claim(call_context call, idempotency once,
                                                    std::string id) override;
  core::task<core::result<>> confirm(call_context call, idempotency once, std::string id) override;

 private:
  redis_connection& connection_;
};

/// The name under which Redis keeps a key, by its SHA-256: the key itself is the client's business.
std::string claim_key(std::string_view key);
/// What is kept, and what it means to who comes with `fingerprint`; `queue_errc::refused` for a
/// text that we did not write. Pure.
std::string claim_text(std::string_view id, bool taken, std::string_view fingerprint);
core::result<idempotency_claim> read_claim(std::string_view text, std::string_view fingerprint);

}  // namespace api
