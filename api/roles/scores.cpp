#include "api/http/observed_routes.hpp"
#include "api/http/score_handlers.hpp"
#include "api/http/serving.hpp"
#include "api/postgres/database.hpp"
#include "api/postgres/observed_storage.hpp"
#include "api/roles/roles.hpp"
#include "api/telemetry/connection_metrics.hpp"
#include "api/telemetry/dependency_watch.hpp"
#include "core/program.hpp"

namespace api {

int run_scores(const scores_role_config& config) {
  core::program program("remora-api", config);
  core::worker& w = *program.worker;
  tracer tracing(w, program.spans);

  database db(w, config.postgres);
  postgres_score_repository table(db);
  observed_score_repository scores(tracing, table);

  router routes;
  routes.add("GET", "/v1/scores/{isin}",
             [&](api_request request) { return get_score(scores, std::move(request)); });
  observed_routes observed(tracing, routes);
  core::http_server_limits limits;
  limits.request_time = config.request_timeout;
  core::http_server server(
      w, [&](const core::server_request& request) { return observed.handle(request); }, limits);

  program.metrics.add(std::make_shared<core::shard_source>(std::vector{&std::as_const(w.metrics)}));
  program.metrics.add(connection_metrics(&db, {}));
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));
  w.start("watch postgresql",
          watch_dependency(
              w, "postgresql", [&](core::deadline until) { return db.ping(until); },
              &program.ready.add("postgresql")));
  program.lifecycle->on_drain("requests",
                              [&](core::deadline until) { return server.drain(until); });
  listen_or_throw(server, config.listen, program.log);
  return program.run();
}

}  // namespace api
