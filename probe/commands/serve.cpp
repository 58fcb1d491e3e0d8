#include "probe/commands/serve.hpp"

#include "core/config_check.hpp"
#include "core/program.hpp"
#include "probe/commands/setup.hpp"
#include "probe/engine/engine.hpp"
#include "probe/engine/run_spans.hpp"
#include "probe/report/failures.hpp"

namespace probe {
namespace {

/// The daemon: a program with an engine, and what listens to it.
class daemon {
 public:
  daemon(std::string config_path, const probe_config& config)
      : config_path_(std::move(config_path)),
        program_("remora-probe", config),
        metrics_(std::make_shared<run_metrics>()),
        failures_(program_.worker->wall),
        engine_(*program_.worker, *metrics_),
        shown_(core::table_of<probe_config>().show(&config)) {
    program_.metrics.add(metrics_);
    engine_.on_finished([this](const run_result& r) {
      record_spans(r, program_.worker->wall, program_.spans);
      failures_.note(r);
      log_failure(r, program_.log);
    });
    add_pages();
  }

  int run(loaded first) {
    engine_.replace(first.scenarios, std::move(first.setup));
    program_.log.info("scenarios loaded", {{"scenarios", first.scenarios.size()}});
    program_.ready.add("scenarios").report(true);
    program_.lifecycle->on_reload([this] { reload(); });
    program_.lifecycle->on_drain("runs", [this](core::deadline until) { return drain(until); });
    return program_.run();
  }

 private:
  void add_pages() {
    auto& admin = *program_.admin;
    admin.page("/failures", core::admin_access::operators,
               core::immediate([this](const core::server_request&) {
                 core::server_response out;
                 out.body = failures_.to_json();
                 return out;
               }));
    admin.page("/config", core::admin_access::operators,
               core::immediate([this](const core::server_request&) {
                 return text(200, "application/yaml", shown_ + "\n");
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

  static core::server_response text(int status, std::string type, std::string body) {
    core::server_response out;
    out.status = status;
    out.content_type = std::move(type);
    out.body = std::move(body);
    return out;
  }

  /// Reads configuration and scenarios anew. Scenarios, targets, secrets and signing change; where
  /// the program listens and sends its spans stays. On problems nothing changes, and they are
  /// given.
  std::string reload() {
    core::problems found;
    const auto config = core::load_config<probe_config>(config_path_, found);
    loaded next;
    if (found.empty()) next = load_all(config, config_path_, found);
    if (!found.empty()) {
      program_.log.error("reload failed, the old configuration goes on",
                         {{"problems", found.to_string()}});
      return found.to_string();
    }
    engine_.replace(next.scenarios, std::move(next.setup));
    shown_ = core::table_of<probe_config>().show(&config);
    program_.log.info("scenarios reloaded", {{"scenarios", next.scenarios.size()}});
    return {};
  }

  core::task<> drain(core::deadline until) {
    co_await engine_.drain(until);
    for (const auto& [name, ledger] : engine_.ledgers())
      program_.log.info("runs stopped",
                        {{"scenario", name},
                         {"scheduled", ledger.scheduled()},
                         {"runs", ledger.runs()},
                         {"missed_overrun", ledger.missed(missed_reason::overrun)},
                         {"missed_shutdown", ledger.missed(missed_reason::shutdown)},
                         {"balanced", ledger.balanced()}});
  }

  std::string config_path_;
  core::program program_;
  std::shared_ptr<run_metrics> metrics_;
  failures failures_;
  engine engine_;
  std::string shown_;
};

}  // namespace

int serve(const std::string& config_path, bool check_only) {
  core::problems found;
  const auto config = core::load_config<probe_config>(config_path, found);
  loaded first;
  if (found.empty()) first = load_all(config, config_path, found);
  if (check_only || !found.empty()) return core::report_config(config_path, found);
  return core::guarded("remora-probe",
                       [&] { return daemon(config_path, config).run(std::move(first)); });
}

}  // namespace probe
