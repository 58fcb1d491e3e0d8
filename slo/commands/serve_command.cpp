#include <iostream>

#include "core/json_writer.hpp"
#include "core/program.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/commands.hpp"
#include "slo/serve/service.hpp"

namespace slo {

namespace {

core::base_url url_argument(const char* name, const std::string& text) {
  core::base_url url;
  if (core::parse_base_url(text, url)) return url;
  throw usage_error(std::string(name) + " is no URL: " + text + " (expected http://host:port)");
}

void override_by(const serve_arguments& given, serve_config& config) {
  if (!given.paths.empty()) config.slos = given.paths;
  if (given.prometheus) config.prometheus = url_argument("--prometheus", *given.prometheus);
  if (given.listen && !core::parse_address(*given.listen, config.listen)) {
    throw usage_error("--listen is no address: " + *given.listen + " (expected host:port)");
  }
  for (const auto& probe : given.probes) {
    config.probes.push_back({url_argument("--probe", probe), std::nullopt});
  }
  if (given.trace_url) config.trace_url = *given.trace_url;
  if (const auto wrong = trace_url_problem(config.trace_url); !wrong.empty()) {
    throw usage_error("--trace-url: " + wrong);
  }
}

void check_complete(const serve_arguments& given) {
  if (given.config) return;
  if (!given.prometheus) throw usage_error("--prometheus is missing (or --config)");
  if (given.paths.empty()) throw usage_error("SLO files or folders are missing (or --config)");
}

int serve(const serve_config& config, shown_objectives shown, bool json) {
  core::program program("remora-slo", config);
  program.metrics.add(std::make_shared<core::shard_source>(
      std::vector<const core::metrics_shard*>{&program.worker->metrics}));
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));

  service page(*program.worker, config, std::move(shown), program.ready.add("prometheus"));
  program.lifecycle->on_drain("page", [&](core::deadline until) { return page.drain(until); });
  const core::address at{config.listen.host, page.start()};
  program.log.info("page open", {{"address", at.host}, {"port", at.port}});
  if (json) {
    const auto url = core::base_url{false, at, ""}.to_string() + "/";
    std::cout << core::json_object().text("page", url).take() << std::endl;
  }
  return program.run();
}

}  // namespace

int serve_command(const serve_arguments& given) {
  return core::guarded("remora-slo", [&] {
    return run_command([&] {
      check_complete(given);
      core::problems found;
      auto config =
          given.config ? core::load_config<serve_config>(*given.config, found) : serve_config{};
      if (found.empty()) override_by(given, config);
      shown_objectives shown;
      if (found.empty()) shown = objectives_of(config, found);
      if (given.check_only || !found.empty()) {
        return core::report_config(given.config.value_or("command line"), found);
      }
      return serve(config, std::move(shown), given.json);
    });
  });
}

}  // namespace slo
