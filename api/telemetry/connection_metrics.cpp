#include "api/telemetry/connection_metrics.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr core::metric_family db_client_connection_count{
    "db_client_connection_count", "Open connections to PostgreSQL and Redis, by what they do.",
    core::metric_type::gauge};

constexpr core::metric_family db_client_connection_max{
    "db_client_connection_max", "Most connections that the pool opens.", core::metric_type::gauge};
constexpr core::metric_family db_client_connection_pending_requests{
    "db_client_connection_pending_requests", "Calls that wait for a connection of the pool.",
    core::metric_type::gauge};

void write_gauge(core::exposition_writer& out, const core::metric_family& family,
                 std::size_t value) {
  static constexpr std::pair<std::string_view, std::string_view> labels[] = {
      {"db_system_name", "postgresql"}};
  if (out.family(family))
    out.gauge(core::render_labels(core::metric_label_list(labels)), static_cast<double>(value));
}

void write_count(core::exposition_writer& out, const char* system, const char* state,
                 std::size_t count) {
  const std::pair<std::string_view, std::string_view> labels[] = {{"db_system_name", system},
                                                                  {"state", state}};
  out.gauge(core::render_labels(core::metric_label_list(labels)), static_cast<double>(count));
}

}  // namespace

std::shared_ptr<const core::metric_source> connection_metrics(
    const database* db, std::vector<const redis_connection*> redis) {
  return std::make_shared<core::function_source>(
      [db, redis = std::move(redis)](core::exposition_writer& out) {
        if (db) {
          write_gauge(out, db_client_connection_max, db->connections_max());
          write_gauge(out, db_client_connection_pending_requests, db->waiting());
        }
        if (!out.family(db_client_connection_count)) return;
        if (db) {
          write_count(out, "postgresql", "idle", db->connections_idle());
          write_count(out, "postgresql", "used", db->connections_used());
        }
        if (redis.empty()) return;
        // Many calls share a connection, so one that is open is in use.
        const auto open =
            std::count_if(redis.begin(), redis.end(), [](const auto* r) { return r->connected(); });
        write_count(out, "redis", "idle", 0);
        write_count(out, "redis", "used", static_cast<std::size_t>(open));
      });
}

}  // namespace api
