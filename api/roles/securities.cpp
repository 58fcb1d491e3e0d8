#include "api/http/authorization.hpp"
#include "api/http/message_handlers.hpp"
#include "api/http/observed_routes.hpp"
#include "api/http/security_handlers.hpp"
#include "api/http/serving.hpp"
#include "api/postgres/database.hpp"
#include "api/postgres/observed_storage.hpp"
#include "api/queue/redis_queue.hpp"
#include "api/roles/roles.hpp"
#include "api/scores/observed_redis.hpp"
#include "api/scores/score_client.hpp"
#include "api/scores/traced_score_client.hpp"
#include "api/telemetry/connection_metrics.hpp"
#include "api/telemetry/dependency_watch.hpp"
#include "core/program.hpp"

namespace api {
namespace {

constexpr std::size_t largest_body = 64 * 1024;

/// Tables, as the role that may only read them.
struct storage {
  storage(tracer& t, const postgres_config& config)
      : db(t.owner(), config), securities(t, security_table), messages(t, message_table) {}

  database db;
  postgres_security_repository security_table{db};
  postgres_message_reader message_table{db};
  observed_security_repository securities;
  observed_message_reader messages;
};

/// Scores: the scores API behind the shared cache.
struct score_chain {
  score_chain(tracer& t, const securities_config& config)
      : client(t.owner(), config.scores),
        traced(t, client, config.scores.url.authority.host),
        connection(t.owner(), config.redis),
        cache(connection, config.cache.keep),
        observed(t, cache),
        source(t.owner(), traced, observed, config.cache) {}

  score_client client;
  traced_score_client traced;
  redis_connection connection;
  redis_score_cache cache;
  observed_score_cache observed;
  cached_score_source source;
};

/// The accepting side of the queue, on a connection of its own.
struct queue_chain {
  queue_chain(tracer& t, core::logger& log, const redis_config& config)
      : connection(t.owner(), config), stream(connection, log), producer(t, stream) {}

  redis_connection connection;
  redis_producer stream;
  observed_producer producer;
};

// A bad file leaves the tokens as they were.
void reload_tokens(token_file& tokens, const tokens_config& config, core::logger& log) {
  core::problems found;
  token_file fresh = token_file::load(config.file, found);
  for (const auto& p : found.list()) log.error("bad token file", {{"problem", p.to_string()}});
  if (!found.empty()) return;
  tokens = std::move(fresh);
  log.info("tokens read", {{"tokens", tokens.size()}});
}

}  // namespace

int run_securities(const securities_config& config) {
  core::problems found;
  token_file tokens = token_file::load(config.tokens.file, found);
  if (!found.empty()) return core::report_config(config.tokens.file, found);

  core::program program("remora-api", config);
  core::worker& w = *program.worker;
  tracer tracing(w, program.spans);
  storage tables(tracing, config.postgres);
  score_chain scores(tracing, config);
  queue_chain queue(tracing, program.log, config.redis);

  router routes;
  routes.add("GET", "/v1/securities", [&](api_request request) {
    return list_securities(tables.securities, std::move(request));
  });
  routes.add("GET", "/v1/securities/{isin}", [&](api_request request) {
    return get_security(tables.securities, scores.source, std::move(request));
  });
  routes.add("POST", "/v1/messages",
             require_scope(tokens, token_scope::write, [&](api_request request) {
               return post_message(queue.producer, std::move(request));
             }));
  routes.add("GET", "/v1/messages/{transaction_id}", [&](api_request request) {
    return get_message(tables.messages, queue.producer, std::move(request));
  });
  observed_routes observed(tracing, routes);
  core::http_server_limits limits;
  limits.request_time = config.request_timeout;
  limits.body = largest_body;
  core::http_server server(
      w, [&](const core::server_request& request) { return observed.handle(request); }, limits);

  program.metrics.add(std::make_shared<core::shard_source>(std::vector{&std::as_const(w.metrics)}));
  program.metrics.add(connection_metrics(&tables.db, {&scores.connection, &queue.connection}));
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));
  program.lifecycle->on_reload([&] { reload_tokens(tokens, config.tokens, program.log); });
  w.start("watch postgresql",
          watch_dependency(
              w, "postgresql", [&](core::deadline until) { return tables.db.ping(until); },
              &program.ready.add("postgresql")));
  // Without Redis the API still reads, so that is no reason to take it out of service.
  w.start(
      "watch queue",
      watch_dependency(
          w, "queue", [&](core::deadline until) { return queue.stream.check(until); }, nullptr));
  program.lifecycle->on_drain("requests",
                              [&](core::deadline until) { return server.drain(until); });
  listen_or_throw(server, config.listen, program.log);
  return program.run();
}

}  // namespace api
