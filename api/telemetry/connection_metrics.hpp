#pragma once

#include <memory>
#include <vector>

#include "api/postgres/database.hpp"
#include "api/redis/redis_connection.hpp"
#include "core/exposition.hpp"

namespace api {

/// `db_client_connection_count{db_system_name,state}`, and of PostgreSQL's pool its size and the
/// calls that wait for it; from the pools themselves, read at the scrape on their worker's thread.
/// `db` may be null; everything outlives the source.
std::shared_ptr<const core::metric_source> connection_metrics(
    const database* db, std::vector<const redis_connection*> redis);

}  // namespace api
