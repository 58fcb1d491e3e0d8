#include "core/program.hpp"
#include "slo/commands/commands.hpp"
#include "slo/serve/service.hpp"

namespace slo {

namespace {

int serve(const serve_config& config, std::vector<objective> objectives) {
  core::program program("remora-slo", config);
  program.metrics.add(std::make_shared<core::shard_source>(
      std::vector<const core::metrics_shard*>{&program.worker->metrics}));
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));

  service page(*program.worker, config, std::move(objectives), program.ready.add("prometheus"));
  program.lifecycle->on_drain("page", [&](core::deadline until) { return page.drain(until); });
  program.log.info("page open", {{"address", config.listen.host}, {"port", page.start()}});
  return program.run();
}

}  // namespace

int serve_command(const std::string& path, bool check_only) {
  return core::guarded("remora-slo", [&] {
    core::problems found;
    const auto config = core::load_config<serve_config>(path, found);
    std::vector<objective> objectives;
    if (found.empty()) objectives = objectives_of(config, found);
    if (check_only || !found.empty()) return core::report_config(path, found);
    return serve(config, std::move(objectives));
  });
}

}  // namespace slo
