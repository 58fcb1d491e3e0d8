#pragma once

#include "api/cache/security_source.hpp"
#include "api/http/router.hpp"
#include "api/http/token_file.hpp"
#include "api/queue/message_queue.hpp"
#include "api/queue/transactions.hpp"
#include "api/scores/score_store.hpp"

/// Which paths there are. The OpenAPI document says the same of the public ones; a test compares.
namespace api {

/// What the public API is made of; all of it outlives the router.
struct public_api {
  security_source& securities;
  score_store& scores;
  message_producer& queue;
  transactions& accepted;
  const token_file& tokens;
};
void add_public_routes(router& to, public_api api);

/// The scores API, for whoever the sidecar lets in; `scores` outlives the router.
void add_internal_routes(router& to, score_store& scores);

}  // namespace api
