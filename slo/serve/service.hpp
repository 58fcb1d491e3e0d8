#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/http_server.hpp"
#include "core/worker.hpp"
#include "slo/serve/config.hpp"
#include "slo/serve/failure_watch.hpp"
#include "slo/serve/query_cache.hpp"
#include "slo/serve/report_keeper.hpp"
#include "slo/serve/served_body.hpp"

namespace slo {

/// Keeps a report fresh and serves it: `/` for people, `/plain` for people without scripts, and
/// `/api/v1/` for programs (docs/slo-page.md). Lives on its worker; worker and readiness condition
/// outlive it.
class service {
 public:
  service(core::worker& w, const serve_config& config, shown_objectives shown,
          core::readiness::condition& answered);

  /// Starts listening and refreshing; throws std::runtime_error naming an address it cannot have.
  std::uint16_t start();
  core::task<> drain(core::deadline until) { return server_.drain(until); }

 private:
  core::task<core::server_response> answer(const core::server_request& request);
  core::task<core::server_response> queried(const core::server_request& request);
  core::task<core::server_response> history(const core::server_request& request,
                                            const objective& of);
  core::task<core::server_response> probes(const core::server_request& request);
  core::server_response respond(const core::server_request& request);
  core::server_response slos(const core::server_request& request);
  core::server_response one_slo(const core::server_request& request);
  core::server_response failures(const core::server_request& request) const;
  core::server_response no_numbers() const;
  double refresh_seconds() const { return core::seconds(keeper_.interval()); }

  core::address listen_;
  std::string trace_url_;
  prometheus_client client_;
  report_keeper keeper_;
  failure_watch failures_;
  query_cache cache_;
  int queries_ = 0;                            // under way
  std::map<std::string, served_body> assets_;  // by path
  std::uint64_t rendered_version_ = 0;
  served_body rendered_;  // /api/v1/slos
  core::http_server server_;
};

}  // namespace slo
