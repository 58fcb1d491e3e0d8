#include "api/cache/cached_securities.hpp"
#include "api/cache/observed_cache.hpp"
#include "api/cache/snapshot_maker.hpp"
#include "api/http/observed_routes.hpp"
#include "api/http/routes.hpp"
#include "api/http/serving.hpp"
#include "api/http/token_watch.hpp"
#include "api/postgres/database.hpp"
#include "api/postgres/observed_storage.hpp"
#include "api/queue/observed_producer.hpp"
#include "api/queue/queue_sides.hpp"
#include "api/roles/roles.hpp"
#include "api/scores/observed_scores.hpp"
#include "api/scores/score_client.hpp"
#include "api/telemetry/connection_metrics.hpp"
#include "api/telemetry/dependency_watch.hpp"
#include "core/program.hpp"

namespace api {
namespace {

/// Tables, as the role that may only read them.
struct tables {
  tables(tracer& t, const postgres_config& config)
      : db(t.owner(), config), securities(t, security_table), messages(t, message_table) {}

  database db;
  postgres_security_repository security_table{db};
  postgres_message_reader message_table{db};
  observed_security_repository securities;
  observed_message_reader messages;
};

/// Scores, from the scores API.
struct scores {
  scores(tracer& t, const scores_config& config)
      : client(t.owner(), config), observed(t, client, config.url.authority.host) {}

  score_client client;
  observed_score_client observed;
};

/// Securities with their scores behind both caches.
struct cached {
  cached(tracer& t, const securities_config& config, tables& from, scores& with)
      : maker(t.owner(), from.securities, with.observed),
        redis(t.owner(), config.redis),
        shared(t.owner(), redis, config.cache.keep),
        observed_shared(t, shared),
        securities(t.owner(), maker, observed_shared, config.cache),
        observed(t.owner(), securities) {}

  stored_snapshot_maker maker;
  redis_connection redis;
  redis_shared_cache shared;
  observed_shared_cache observed_shared;
  cached_securities securities;
  observed_securities observed;
};

/// The accepting side of the queue, and what became of what was accepted.
struct accepting {
  accepting(tracer& t, const securities_config& config, database& db, message_reader& messages)
      : side(make_accepting_side(t.owner(), config, db)),
        producer(t, side->producer(), side->name().system, side->name().destination),
        all(t.owner(), messages, producer) {}

  std::unique_ptr<accepting_side> side;
  observed_producer producer;
  transactions all;
};

}  // namespace

int run_securities(const securities_config& config) {
  core::problems found;
  token_file tokens = token_file::load(config.tokens.file, found);
  if (!found.empty()) return core::report_config(config.tokens.file, found);

  core::program program("remora-api", config);
  core::worker& w = *program.worker;
  tracer tracing(w, program.spans);
  tables read(tracing, config.postgres);
  scores their(tracing, config.scores);
  cached behind(tracing, config, read, their);
  accepting queue(tracing, config, read.db, read.messages);

  router routes;
  add_public_routes(routes, {behind.observed, their.observed, queue.producer, queue.all, tokens});
  observed_routes observed(tracing, routes);
  core::http_server server(
      w, [&](const core::server_request& request) { return observed.handle(request); },
      server_limits(config.request_timeout));

  auto redis = queue.side->connections();
  redis.push_back(&behind.redis);
  program.metrics.add(std::make_shared<core::shard_source>(std::vector{&std::as_const(w.metrics)}));
  program.metrics.add(connection_metrics(&read.db, std::move(redis)));
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));
  program.lifecycle->on_reload([&] { reload_tokens(tokens, config.tokens.file, program.log); });
  const auto token_watch = watch_tokens(w, tokens, config.tokens.file);
  w.start("watch postgresql",
          watch_dependency(
              w, "postgresql", [&](core::deadline until) { return read.db.ping(until); },
              &program.ready.add("postgresql")));
  // Without the queue the API still reads, so that is no reason to take it out of service.
  w.start(
      "watch queue",
      watch_dependency(
          w, "queue", [&](core::deadline until) { return queue.producer.check(until); }, nullptr));
  program.lifecycle->on_drain("requests",
                              [&](core::deadline until) { return server.drain(until); });
  listen_or_throw(server, config.listen, program.log);
  return program.run();
}

}  // namespace api
