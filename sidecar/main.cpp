#include <cstdio>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "core/otlp_encode.hpp"
#include "core/program.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "sidecar/merge/merger.hpp"
#include "sidecar/pages/routes_page.hpp"
#include "sidecar/pages/series_page.hpp"
#include "sidecar/pages/traces_page.hpp"
#include "sidecar/proxy/fault_admin.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "sidecar/relay/relay.hpp"
#include "sidecar/relay/span_relay.hpp"

namespace {

struct arguments {
  std::optional<std::string> config, listen, upstream, admin, service;
  bool check = false, allow_faults = false;
};

/// A sidecar without a file: one listener in front of one process.
std::optional<sidecar::sidecar_config> from_flags(const arguments& given) {
  sidecar::sidecar_config config;
  auto& inbound = config.inbound.emplace_back();
  inbound.name = "inbound";
  bool good = core::parse_address(*given.listen, inbound.listen);
  good = core::parse_address(*given.upstream, inbound.upstream) && good;
  if (given.admin) good = core::parse_address(*given.admin, config.admin.listen) && good;
  if (given.service) config.service = *given.service;
  config.allow_faults = given.allow_faults;
  if (good) return config;
  std::fputs("remora-sidecar: --listen, --upstream and --admin take host:port\n", stderr);
  return std::nullopt;
}

/// Reads the file again; one that cannot be used changes nothing.
std::string reload(const std::string& path, bool allow_faults, sidecar::proxy& proxy,
                   sidecar::merger& merger, core::logger& log) {
  core::problems found;
  std::string error;
  const auto config = sidecar::load_sidecar_config(path, allow_faults, found);
  try {
    if (found.empty()) {
      auto sources = merger.make_sources(config.merge.value_or(sidecar::merge_config{}));
      proxy.reload(config);
      merger.adopt(std::move(sources));
    }
    error = found.to_string();
  } catch (const std::exception& e) {
    error = path + ": " + e.what() + "\n";
  }
  if (error.empty())
    log.info("configuration reloaded", {{"file", path}});
  else
    log.error("configuration not reloaded", {{"file", path}, {"problems", error}});
  sidecar::announce_faults(proxy.boards(), log);
  return error;
}

/// GET and POST /faults.
void add_fault_pages(core::program& program, sidecar::proxy& proxy) {
  program.metrics.add(sidecar::active_faults(proxy.boards()));
  program.admin->page("/faults", core::admin_access::operators,
                      core::immediate([&](const core::server_request&) {
                        return core::server_response{
                            200, "application/yaml", {}, sidecar::show_faults(proxy.boards())};
                      }));
  program.admin->action("/faults", core::immediate([&](const core::server_request& request) {
                          const auto known = [&](const auto& listener, const auto& route) {
                            return proxy.has_route(listener, route);
                          };
                          return sidecar::change_faults(proxy.boards(), request.body, known,
                                                        program.log);
                        }));
  sidecar::announce_faults(proxy.boards(), program.log);
}

/// The ring of the last traces; null when none are kept, which is the default with a backend.
std::unique_ptr<sidecar::trace_ring> make_ring(const sidecar::sidecar_config& config) {
  const auto ring = config.tracing.ring.value_or(sidecar::trace_ring_config{});
  const bool off = config.tracing.ring ? ring.size.bytes == 0 : config.otlp.has_value();
  if (off) return nullptr;
  return std::make_unique<sidecar::trace_ring>(
      core::encode_resource(config.service, REMORA_VERSION, ""), ring.size.bytes,
      static_cast<std::size_t>(ring.traces));
}

int serve(const sidecar::sidecar_config& config, const std::optional<std::string>& path) {
  core::program program("remora-sidecar", config);
  program.exemplars.choose(config.exemplars);
  const auto ring = make_ring(config);
  std::optional<sidecar::traces_page> traces;
  if (ring) {
    program.spans.set_tap(ring.get());
    program.metrics.add(std::make_shared<core::function_source>(
        [&](core::exposition_writer& out) { ring->write_metrics(out); }));
    traces.emplace(*program.worker, *ring).add_to(*program.admin);
  }
  sidecar::proxy proxy(*program.worker, config, program.spans, program.log);
  proxy.add_sources(program.metrics);
  program.metrics.add(proxy.access_log_source());
  program.admin->page("/config", core::admin_access::operators, core::config_page(config));
  program.admin->page("/routes", core::admin_access::operators,
                      sidecar::routes_page(proxy, program.metrics));
  program.admin->page("/series", core::admin_access::operators,
                      sidecar::series_page(program.metrics, proxy.budget()));
  add_fault_pages(program, proxy);

  const auto merger =
      sidecar::merger::make(*program.worker, config.merge.value_or(sidecar::merge_config{}));
  program.metrics.set_guest(merger);
  program.admin->before_scrape([merger](core::deadline until) { return merger->prepare(until); });
  program.admin->page("/merge", core::admin_access::operators,
                      core::immediate([merger](const core::server_request&) {
                        return core::server_response{200, "application/json", {}, merger->page()};
                      }));

  sidecar::span_relay spans(
      program.spans, proxy.tracing(),
      [&](std::uint8_t method, std::string_view path, std::string_view route) {
        proxy.learner().learn(method, path, route);
      });
  std::optional<sidecar::relay> relay;
  if (config.relay)
    relay.emplace(*program.worker, *config.relay, config.service, program.spans,
                  [&](core::span_batch&& batch) { return spans.accept(std::move(batch)); });

  auto shards = proxy.shards();
  if (relay) shards.push_back(&relay->metrics());
  program.metrics.add(std::make_shared<core::shard_source>(std::move(shards), &program.exemplars));

  program.on_stopped([&] {
    const auto requests = proxy.accounts();
    return std::vector<core::log_field>{{"requests_accepted", requests.accepted},
                                        {"requests_answered", requests.answered},
                                        {"requests_cut_off", requests.cut_off},
                                        {"requests_refused", requests.refused},
                                        {"requests_balanced", requests.balanced()}};
  });
  // Traffic first; then the application's last spans, which it sends while it stops.
  program.lifecycle->on_drain("proxy", [&](core::deadline until) { return proxy.drain(until); });
  if (relay)
    program.lifecycle->on_drain("relay", [&](core::deadline until) { return relay->drain(until); });
  program.lifecycle->on_drain("undecided traces", [&](core::deadline) -> core::task<> {
    proxy.tracing().book.close();
    co_return;
  });
  program.admin->action(
      "/quitquitquit", core::immediate([&](const core::server_request&) {
        program.lifecycle->begin();
        return core::server_response{202, "text/plain; charset=utf-8", {}, "draining\n"};
      }));

  if (path) {
    program.lifecycle->on_reload(
        [&] { reload(*path, config.allow_faults, proxy, *merger, program.log); });
    program.admin->action("/-/reload", core::immediate([&](const core::server_request&) {
                            const std::string error =
                                reload(*path, config.allow_faults, proxy, *merger, program.log);
                            return core::server_response{error.empty() ? 200 : 500,
                                                         "text/plain; charset=utf-8",
                                                         {},
                                                         error.empty() ? "reloaded\n" : error};
                          }));
  }
  proxy.start();
  if (relay) program.log.info("listening", {{"listener", "relay"}, {"port", relay->start()}});
  program.ready.add("listeners").report(true);
  return program.run();
}

}  // namespace

int main(int argc, char** argv) {
  core::command_line line("remora-sidecar", REMORA_VERSION,
                          "Metrics and tracing sidecar: put it in front of any HTTP service.");
  arguments given;
  line.root()
      .option("--config", given.config, "Configuration file.")
      .flag("--check-config", given.check, "Check the configuration file and exit.")
      .flag("--allow-faults", given.allow_faults,
            "Let drills inject faults, from the file and by POST /faults.")
      .option("--listen", given.listen, "Without a file: address to accept on.")
      .option("--upstream", given.upstream, "Without a file: the service to put it in front of.")
      .option("--admin", given.admin, "Without a file: address of the admin port.")
      .option("--service", given.service, "Without a file: the service's name.");
  if (auto code = line.parse(argc, argv)) return *code;

  const bool by_flags = given.listen && given.upstream && !given.config;
  if (!by_flags && !given.config) {
    std::fputs("remora-sidecar: give --config FILE, or --listen and --upstream\n", stderr);
    return core::exit_usage;
  }
  return core::guarded("remora-sidecar", [&] {
    if (by_flags) {
      const auto config = from_flags(given);
      return config ? serve(*config, std::nullopt) : static_cast<int>(core::exit_usage);
    }
    core::problems found;
    const auto config = sidecar::load_sidecar_config(*given.config, given.allow_faults, found);
    if (given.check || !found.empty()) return core::report_config(*given.config, found);
    return serve(config, given.config);
  });
}
