#include "api/http/observed_routes.hpp"
#include "api/http/routes.hpp"
#include "api/http/serving.hpp"
#include "api/postgres/database.hpp"
#include "api/postgres/observed_storage.hpp"
#include "api/postgres/postgres_score_store.hpp"
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
  postgres_score_store table(db);
  observed_score_store scores(tracing, table);

  router routes;
  add_internal_routes(routes, scores);
  observed_routes observed(tracing, routes);
  core::http_server server(
      w, [&](const core::server_request& request) { return observed.handle(request); },
      server_limits(config.request_timeout));

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
