#pragma once

#include "api/queue/queue_sides.hpp"

namespace api {

class database;

/// Both sides of SQS as `queue_sides.hpp` hands them out. Each throws std::runtime_error when there
/// are no credentials. `db` outlives the side, and has not been used yet: statements are prepared.

/// `db` as the role that may read messages and dead letters; Idempotency-Keys lie in `cache`.
std::unique_ptr<accepting_side> make_sqs_accepting_side(core::worker& w, const sqs_config& config,
                                                        std::int64_t limit,
                                                        const redis_config& cache, database& db);
/// `db` as the role that buries messages.
std::unique_ptr<storing_side> make_sqs_storing_side(core::worker& w, const sqs_config& config,
                                                    database& db);

}  // namespace api
