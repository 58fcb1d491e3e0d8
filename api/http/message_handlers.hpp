#pragma once

#include "api/http/request_bodies.hpp"
#include "api/http/router.hpp"
#include "api/queue/message_queue.hpp"
#include "api/queue/transactions.hpp"

/// Asynchronous ingestion: what is accepted is stored exactly once, later. Collaborators outlive
/// the call.
namespace api {

/// The two ways in and out: how a body is read, and where its transaction is found again.
struct message_dialect {
  parsed<new_message> (*parse)(std::string_view json);
  const char* location;  ///< a path that ends with a slash
};
inline constexpr message_dialect messages_dialect{parse_new_message, "/v1/messages/"};
inline constexpr message_dialect published_dialect{parse_published_message, "/data/"};

/// `POST /v1/messages`, `POST /ingresar-datos`: 202 with the transaction id once the queue has it
/// for good; 400, 415 or 422 for what is not taken; 503 when nothing can be accepted. The header
/// Idempotency-Key makes it repeatable: the same answer again, or 422 for another message.
core::task<core::server_response> post_message(message_producer& queue, message_dialect dialect,
                                               api_request request);

/// `GET /v1/messages/{transaction_id}?wait`, `GET /data/{transaction_id}?wait`: 200 when stored, or
/// dead with the reason; 202 while pending; 404; 503 when that cannot be found out.
core::task<core::server_response> get_message(transactions& all, message_dialect dialect,
                                              api_request request);

/// Whether a value of Idempotency-Key is acceptable: 1 to 255 visible ASCII characters. Pure.
bool valid_idempotency_key(std::string_view key) noexcept;

/// What makes two messages the same: SHA-256 in hex of topic and message.
std::string message_fingerprint(const new_message& m);

}  // namespace api
