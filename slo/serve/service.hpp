#pragma once

#include <string>
#include <vector>

#include "core/admin.hpp"
#include "core/http_server.hpp"
#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/program_config.hpp"
#include "core/worker.hpp"
#include "slo/evidence/prometheus_client.hpp"
#include "slo/serve/page.hpp"

namespace slo {

struct serve_config : core::program_config {
  serve_config() { service = "remora-slo"; }

  core::address listen{"127.0.0.1", 9400};
  core::base_url prometheus;
  std::vector<std::string> slos;
  core::duration refresh = std::chrono::seconds(5);

  static void describe(core::fields<serve_config>& f);
};

/// The objectives that a configuration names; problems are added.
std::vector<objective> objectives_of(const serve_config& config, core::problems& found);

/// Keeps a report fresh and serves it: `/` for people, `/cards` what of it changes, `/api/v1/slos`
/// for programs. Lives on its worker; worker, readiness condition and log outlive it.
class service {
 public:
  service(core::worker& w, const serve_config& config, std::vector<objective> objectives,
          core::readiness::condition& answered);

  /// Starts listening and refreshing; throws std::runtime_error naming an address it cannot have.
  std::uint16_t start();
  core::task<> drain(core::deadline until) { return server_.drain(until); }

 private:
  core::task<> keep_fresh();
  core::task<> refresh();
  core::task<core::server_response> answer(const core::server_request& request);
  core::server_response respond(const core::server_request& request) const;

  core::worker& worker_;
  core::address listen_;
  core::duration interval_;
  std::vector<objective> objectives_;
  core::readiness::condition& answered_;
  prometheus_client client_;
  page_state state_;
  core::http_server server_;
  core::counter_cell& refreshed_;
  core::counter_cell& failed_;
  core::histogram_cell& duration_;
  core::gauge_cell& reported_at_;
};

}  // namespace slo
