#pragma once

#include "api/http/router.hpp"
#include "api/postgres/message_repository.hpp"
#include "api/queue/message_queue.hpp"

/// The writing half of the public API: what is accepted is stored exactly once, later.
/// Collaborators outlive the call.
namespace api {

/// `POST /v1/messages`: 202 with the transaction id once the queue has it for good; 400, 415 or 422
/// for what is not taken; 503 when nothing can be accepted.
core::task<core::server_response> post_message(message_producer& queue, api_request request);

/// `GET /v1/messages/{transaction_id}`: 200 when stored, or dead with the reason; 202 while
/// pending; 404; 503 when that cannot be found out.
core::task<core::server_response> get_message(message_reader& messages, message_producer& queue,
                                              api_request request);

}  // namespace api
