#include "probe/commands/check_command.hpp"

#include <csignal>
#include <cstdio>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "core/log.hpp"
#include "core/program.hpp"
#include "core/worker.hpp"
#include "probe/commands/setup.hpp"
#include "probe/engine/runner.hpp"
#include "probe/report/check_report.hpp"

namespace probe {
namespace {

constexpr const char* place_name = "command line";

core::task<> run_and_stop(core::worker& w, run_order order, run_result& into) {
  into = co_await run_once(w, std::move(order));
  w.stop();
}

run_result run_alone(run_order order) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to connections that are gone
  core::logger log("probe", core::log_level::error);
  core::worker worker(log);
  run_result out;
  order.intended = core::now();
  worker.start("check", run_and_stop(worker, std::move(order), out));
  worker.run();
  return out;
}

int exit_code(const run_result& r) {
  if (r.passed()) return core::exit_pass;
  const bool no_check = r.failure()->failure->why == failure_reason::request;
  return no_check ? core::exit_data : core::exit_fail;
}

int refuse(const core::problems& found) {
  std::fprintf(stderr, "%s\n", found.to_string().c_str());
  return core::exit_data;
}

}  // namespace

int check_once(const check_arguments& given) {
  std::string why;
  const auto text = check_scenario_text(given, why);
  if (!text) {
    std::fprintf(stderr, "remora-probe: %s\n", why.c_str());
    return core::exit_usage;
  }
  core::problems found;
  probe_config config;
  if (given.config) config = core::load_config<probe_config>(*given.config, found);
  if (!found.empty()) return core::report_config(*given.config, found);
  return core::guarded("remora-probe", [&] {
    auto setup = std::make_shared<probe_setup>(make_setup(config));
    setup->all_facts = true;
    setup->record_body = 0;
    const auto scenarios = parse_scenarios(place_name, *text, setup->constants, found);
    if (found.empty()) prepare_tls(*scenarios.front(), *setup, found);
    if (!found.empty()) return refuse(found);
    run_order order{scenarios.front(), std::move(setup), {}, false};
    const auto result = run_alone(std::move(order));
    const auto report =
        given.json ? check_json(result, given.what[1]) + "\n" : check_text(result, given.what[1]);
    std::fputs(report.c_str(), stdout);
    return exit_code(result);
  });
}

}  // namespace probe
