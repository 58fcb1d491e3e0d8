#include <unistd.h>

#include "api/cache/forgetting_store.hpp"
#include "api/postgres/database.hpp"
#include "api/queue/message_account.hpp"
#include "api/queue/message_worker.hpp"
#include "api/queue/observed_messages.hpp"
#include "api/queue/queue_sides.hpp"
#include "api/roles/roles.hpp"
#include "api/telemetry/connection_metrics.hpp"
#include "core/program.hpp"

namespace api {
namespace {

delivery_config with_consumer(delivery_config config) {
  if (!config.consumer.empty()) return config;
  char host[256] = "worker";
  gethostname(host, sizeof host - 1);
  config.consumer = host;
  return config;
}

}  // namespace

int run_worker(const worker_config& config) {
  core::program program("remora-api", config);
  core::worker& w = *program.worker;
  tracer tracing(w, program.spans);
  ingestion_metrics ingestion(w);
  const delivery_config delivery = with_consumer(config.delivery);

  database db(w, config.postgres);
  const auto queue_side = make_storing_side(w, config, delivery, db);
  observed_consumer queue(tracing, queue_side->consumer(), ingestion, queue_side->name());
  postgres_message_store table(db);
  observed_message_store observed(tracing, table, ingestion, queue_side->name());
  redis_connection cache_connection(w, config.redis);
  redis_shared_cache cache(w, cache_connection, core::duration::zero());
  forgetting_store store(observed, cache);

  message_worker messages(w, queue, store, delivery, program.ready.add("messages"));
  message_account account(w, queue, store);

  auto redis = queue_side->connections();
  redis.push_back(&cache_connection);
  program.metrics.add(std::make_shared<core::shard_source>(std::vector{&std::as_const(w.metrics)}));
  program.metrics.add(connection_metrics(&db, std::move(redis)));
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));
  program.lifecycle->on_drain("messages",
                              [&](core::deadline until) { return messages.stop(until); });
  w.start("messages", messages.run());
  w.start("account", account.run());
  program.log.info("consuming", {{"consumer", delivery.consumer}});
  return program.run();
}

}  // namespace api
