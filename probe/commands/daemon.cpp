#include "probe/commands/daemon.hpp"

#include "core/heap.hpp"
#include "probe/engine/descriptors.hpp"
#include "probe/engine/run_spans.hpp"
#include "probe/replay/failures_page.hpp"
#include "probe/report/failure_log.hpp"

namespace probe {
namespace {

core::server_response text(int status, std::string type, std::string body) {
  core::server_response out;
  out.status = status;
  out.content_type = std::move(type);
  out.body = std::move(body);
  return out;
}

std::string shown(const probe_config& config) {
  return core::table_of<probe_config>().show(&config) + "\n";
}

void log_ledger(const std::string& scenario, const run_ledger& ledger, core::logger& log) {
  log.info("runs stopped", {{"scenario", scenario},
                            {"scheduled", ledger.scheduled()},
                            {"runs", ledger.runs()},
                            {"missed_overrun", ledger.missed(missed_reason::overrun)},
                            {"missed_late", ledger.missed(missed_reason::late)},
                            {"missed_suspended", ledger.missed(missed_reason::suspended)},
                            {"missed_exhausted", ledger.missed(missed_reason::exhausted)},
                            {"missed_shutdown", ledger.missed(missed_reason::shutdown)},
                            {"balanced", ledger.balanced()}});
}

}  // namespace

loaded load_for_serving(const probe_config& config, const std::string& path,
                        core::problems& found) {
  auto out = load_all(config, path, found);
  for (const auto& s : out.scenarios)
    if (!s->load.empty())
      found.add({s->file, 0, 0}, "scenario " + s->name + " has a load, which serve does not run",
                "an interval only; `remora-probe run` runs loads");
  return out;
}

daemon::daemon(std::optional<std::string> config_path, const probe_config& config,
               const shard& part)
    : config_path_(std::move(config_path)),
      program_("remora-probe", config),
      metrics_(
          std::make_shared<run_metrics>(exemplar_use{program_.exemplars, program_.worker->wall})),
      bundles_(std::make_shared<bundle_store>(program_.worker->wall,
                                              failures_of(config, config_path_.value_or("")))),
      streams_(std::make_shared<stream_metrics>()),
      targets_(std::make_shared<discovery_metrics>()),
      engine_(*program_.worker, *metrics_, {}, planner::limits::with(allow_many_runs())),
      discovery_(*program_.worker, *targets_, part),
      shown_(shown(config)) {
  add_metrics();
  engine_.on_finished([this](const run_result& r) {
    streams_->note(r);
    record_spans(r, program_.worker->wall, program_.spans);
    bundles_->note(r);
    log_failure(r, program_.log);
  });
  add_pages();
}

void daemon::add_metrics() {
  program_.metrics.add(metrics_);
  program_.metrics.add(
      std::make_shared<core::function_source>([this](core::exposition_writer& out) {
        bundles_->write_metrics(out);
        reloads_.write(out, program_.worker->wall);
        if (stand_in_) stand_in_->write(out);
      }));
  program_.metrics.add(streams_);
  program_.metrics.add(targets_);
}

void daemon::stand_in(blackbox::stand_in_options options,
                      std::shared_ptr<const blackbox::module_set> first) {
  stand_in_ =
      std::make_unique<blackbox::stand_in>(*program_.worker, std::move(options), std::move(first));
  stand_in_->add_pages(*program_.admin);
}

int daemon::run(loaded first) {
  program_.log.info("scenarios loaded", {{"scenarios", first.scenarios.size()}});
  use(std::move(first));
  program_.ready.add("scenarios").report(true);
  program_.lifecycle->on_reload([this] { reload(); });
  program_.lifecycle->on_drain("runs", [this](core::deadline until) { return drain(until); });
  return program_.run();
}

void daemon::add_pages() {
  auto& admin = *program_.admin;
  admin.page("/failures", core::admin_access::operators,
             core::immediate([this](const core::server_request& request) {
               return failures_list(*bundles_, request);
             }));
  admin.page("/failures/", core::admin_access::operators,
             core::immediate([this](const core::server_request& request) {
               return failures_bundle(*bundles_, request);
             }));
  admin.page("/config", core::admin_access::operators,
             core::immediate([this](const core::server_request&) {
               return text(200, "application/yaml", config_text());
             }));
  admin.action("/-/reload", core::immediate([this](const core::server_request&) {
                 const std::string wrong = reload();
                 return text(wrong.empty() ? 200 : 500, "text/plain; charset=utf-8",
                             wrong.empty() ? "reloaded\n" : wrong);
               }));
  admin.action("/quitquitquit", core::immediate([this](const core::server_request&) {
                 program_.lifecycle->begin();
                 return text(202, "text/plain; charset=utf-8", "draining\n");
               }));
}

std::string daemon::config_text() const {
  if (!stand_in_) return shown_;
  return (config_path_ ? shown_ + "---\n" : std::string()) + stand_in_->config_text();
}

std::string daemon::reload() {
  core::problems found;
  probe_config config;
  if (config_path_) config = core::load_config<probe_config>(*config_path_, found);
  loaded next;
  if (found.empty()) next = load_for_serving(config, config_path_.value_or(""), found);
  std::shared_ptr<const blackbox::module_set> modules;
  if (stand_in_) modules = stand_in_->read_again(found);
  reloads_.note(found.empty());
  if (!found.empty()) {
    if (stand_in_ && !modules) stand_in_->put_in_force(nullptr);
    program_.log.error("reload failed, the old configuration goes on",
                       {{"problems", found.to_string()}});
    return found.to_string();
  }
  bundles_->replace(failures_of(config, config_path_.value_or("")));
  shown_ = shown(config);
  if (stand_in_) stand_in_->put_in_force(std::move(modules));
  program_.log.info("configuration reloaded", {{"scenarios", next.scenarios.size()}});
  use(std::move(next));
  return {};
}

void daemon::use(loaded what) {
  setup_ = std::move(what.setup);
  discovery_.follow(std::move(what.scenarios), [this] { run_what_there_is(); });
  run_what_there_is();
  core::trim_heap();  // of what the files took while they were read
}

void daemon::run_what_there_is() {
  if (draining_) return;
  const auto runs = discovery_.list();
  streams_->follow(runs);
  engine_.replace(runs, setup_);
}

core::task<> daemon::drain(core::deadline until) {
  draining_ = true;
  co_await engine_.drain(until);
  for (const auto& [name, ledger] : engine_.ledgers()) log_ledger(name, ledger, program_.log);
}

}  // namespace probe
