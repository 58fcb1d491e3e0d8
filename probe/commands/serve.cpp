#include "probe/commands/serve.hpp"

#include <cstdio>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "core/heap.hpp"
#include "core/program.hpp"
#include "probe/blackbox/stand_in.hpp"
#include "probe/commands/blackbox_flags.hpp"
#include "probe/commands/setup.hpp"
#include "probe/discovery/discovery.hpp"
#include "probe/engine/descriptors.hpp"
#include "probe/engine/engine.hpp"
#include "probe/engine/run_spans.hpp"
#include "probe/engine/stream_metrics.hpp"
#include "probe/replay/bundle_store.hpp"
#include "probe/replay/failures_page.hpp"
#include "probe/report/failure_log.hpp"

namespace probe {
namespace {

/// Everything that a configuration refers to. Loads are for `run`: a daemon that left them out
/// would not do what its file says.
loaded load_for_serving(const probe_config& config, const std::string& path,
                        core::problems& found) {
  auto out = load_all(config, path, found);
  for (const auto& s : out.scenarios)
    if (!s->load.empty())
      found.add({s->file, 0, 0}, "scenario " + s->name + " has a load, which serve does not run",
                "an interval only; `remora-probe run` runs loads");
  return out;
}

/// The daemon: a program with an engine, and what listens to it.
class daemon {
 public:
  daemon(std::optional<std::string> config_path, const probe_config& config, const shard& part)
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
        shown_(core::table_of<probe_config>().show(&config) + "\n") {
    program_.metrics.add(metrics_);
    program_.metrics.add(
        std::make_shared<core::function_source>([this](core::exposition_writer& out) {
          bundles_->write_metrics(out);
          write_reload(out);
          if (stand_in_) stand_in_->write(out);
        }));
    program_.metrics.add(streams_);
    program_.metrics.add(targets_);
    engine_.on_finished([this](const run_result& r) {
      streams_->note(r);
      record_spans(r, program_.worker->wall, program_.spans);
      bundles_->note(r);
      log_failure(r, program_.log);
    });
    add_pages();
  }

  /// Answers /probe, too.
  void stand_in(blackbox::stand_in_options options,
                std::shared_ptr<const blackbox::module_set> first) {
    stand_in_ = std::make_unique<blackbox::stand_in>(*program_.worker, std::move(options),
                                                     std::move(first));
    stand_in_->add_pages(*program_.admin);
  }

  int run(loaded first) {
    program_.log.info("scenarios loaded", {{"scenarios", first.scenarios.size()}});
    use(std::move(first));
    program_.ready.add("scenarios").report(true);
    program_.lifecycle->on_reload([this] { reload(); });
    program_.lifecycle->on_drain("runs", [this](core::deadline until) { return drain(until); });
    return program_.run();
  }

 private:
  void add_pages() {
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

  static core::server_response text(int status, std::string type, std::string body) {
    core::server_response out;
    out.status = status;
    out.content_type = std::move(type);
    out.body = std::move(body);
    return out;
  }

  std::string config_text() const {
    if (!stand_in_) return shown_;
    return (config_path_ ? shown_ + "---\n" : std::string()) + stand_in_->config_text();
  }

  /// Reads configuration, scenarios and modules anew. Scenarios, targets, secrets, signing and
  /// modules change; where the program listens and sends its spans stays. On problems nothing
  /// changes, and they are given.
  std::string reload() {
    core::problems found;
    probe_config config;
    if (config_path_) config = core::load_config<probe_config>(*config_path_, found);
    loaded next;
    if (found.empty()) next = load_for_serving(config, config_path_.value_or(""), found);
    std::shared_ptr<const blackbox::module_set> modules;
    if (stand_in_) modules = stand_in_->read_again(found);
    last_reload_succeeded_ = found.empty();
    if (!found.empty()) {
      if (stand_in_ && !modules) stand_in_->put_in_force(nullptr);
      program_.log.error("reload failed, the old configuration goes on",
                         {{"problems", found.to_string()}});
      return found.to_string();
    }
    bundles_->replace(failures_of(config, config_path_.value_or("")));
    shown_ = core::table_of<probe_config>().show(&config) + "\n";
    if (stand_in_) stand_in_->put_in_force(std::move(modules));
    loaded_at_ = core::now();
    program_.log.info("configuration reloaded", {{"scenarios", next.scenarios.size()}});
    use(std::move(next));
    return {};
  }

  void write_reload(core::exposition_writer& out) const {
    constexpr core::metric_family successful{
        "remora_probe_config_last_reload_successful",
        "Whether the last time that configuration and scenarios were read they had no problem.",
        core::metric_type::gauge};
    constexpr core::metric_family timestamp{
        "remora_probe_config_last_reload_success_timestamp_seconds",
        "When what is in force was read, Unix time.", core::metric_type::gauge};
    if (out.family(successful)) out.gauge("", last_reload_succeeded_ ? 1 : 0);
    if (out.family(timestamp)) out.gauge("", program_.worker->wall.unix_seconds(loaded_at_));
  }

  void use(loaded what) {
    setup_ = std::move(what.setup);
    discovery_.follow(std::move(what.scenarios), [this] { run_what_there_is(); });
    run_what_there_is();
    core::trim_heap();  // of what the files took while they were read
  }

  /// Whenever scenarios or targets have changed.
  void run_what_there_is() {
    if (draining_) return;
    const auto runs = discovery_.list();
    streams_->follow(runs);
    engine_.replace(runs, setup_);
  }

  core::task<> drain(core::deadline until) {
    draining_ = true;
    co_await engine_.drain(until);
    for (const auto& [name, ledger] : engine_.ledgers())
      program_.log.info("runs stopped",
                        {{"scenario", name},
                         {"scheduled", ledger.scheduled()},
                         {"runs", ledger.runs()},
                         {"missed_overrun", ledger.missed(missed_reason::overrun)},
                         {"missed_late", ledger.missed(missed_reason::late)},
                         {"missed_suspended", ledger.missed(missed_reason::suspended)},
                         {"missed_exhausted", ledger.missed(missed_reason::exhausted)},
                         {"missed_shutdown", ledger.missed(missed_reason::shutdown)},
                         {"balanced", ledger.balanced()}});
  }

  std::optional<std::string> config_path_;
  core::program program_;
  std::shared_ptr<run_metrics> metrics_;
  std::shared_ptr<bundle_store> bundles_;
  std::shared_ptr<stream_metrics> streams_;
  std::shared_ptr<discovery_metrics> targets_;
  engine engine_;
  discovery discovery_;
  std::shared_ptr<const probe_setup> setup_;
  bool draining_ = false;
  std::unique_ptr<blackbox::stand_in> stand_in_;
  std::string shown_;
  bool last_reload_succeeded_ = true;
  core::instant loaded_at_ = core::now();
};

}  // namespace

namespace {

/// The files as far as they are good; `name` is of the one with problems, or the last.
struct files {
  core::problems found;
  probe_config config;
  loaded scenarios;
  std::shared_ptr<const blackbox::module_set> modules;
  std::string name;
};

void read_files(const serve_arguments& given, files& out) {
  if (given.config) {
    out.name = *given.config;
    out.config = core::load_config<probe_config>(*given.config, out.found);
  }
  if (out.found.empty())
    out.scenarios = load_for_serving(out.config, given.config.value_or(""), out.found);
  if (!given.blackbox_config) return;
  if (out.found.empty()) out.name = *given.blackbox_config;
  out.modules = blackbox::load_modules(*given.blackbox_config, out.found);
}

}  // namespace

int serve(const serve_arguments& given) {
  blackbox::stand_in_options options;
  if (!given.config && !given.blackbox_config) {
    std::fputs("remora-probe: serve needs --config FILE or --blackbox-config FILE\n", stderr);
    return core::exit_usage;
  }
  const auto part = parse_shard(given.part.value_or("0/1"));
  if (!part) {
    std::fprintf(stderr, "remora-probe: %s\n", shard_usage);
    return core::exit_usage;
  }
  files all;
  read_files(given, all);
  if (const auto wrong = apply_flags(given, all.config, options); !wrong.empty()) {
    std::fprintf(stderr, "remora-probe: %s\n", wrong.c_str());
    return core::exit_usage;
  }
  if (given.check_only || !all.found.empty()) {
    if (all.modules)
      for (const auto& note : all.modules->notes) std::printf("note: %s\n", note.c_str());
    return core::report_config(all.name, all.found);
  }
  return core::guarded("remora-probe", [&] {
    daemon program(given.config, all.config, *part);
    if (all.modules) program.stand_in(std::move(options), std::move(all.modules));
    return program.run(std::move(all.scenarios));
  });
}

}  // namespace probe
