#include "probe/commands/run_command.hpp"

#include <cstdio>
#include <fstream>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/program.hpp"
#include "core/worker.hpp"
#include "probe/commands/setup.hpp"
#include "probe/engine/engine.hpp"
#include "probe/engine/run_spans.hpp"
#include "probe/report/report.hpp"

namespace probe {
namespace {

int usage(const std::string& what) {
  std::fprintf(stderr, "remora-probe: %s\n", what.c_str());
  return core::exit_usage;
}

/// What is wrong with the arguments; "" for nothing.
std::string read_plan(const run_arguments& given, run_plan& plan) {
  if (given.duration && given.iterations) return "give --duration or --iterations, not both";
  if (given.iterations) {
    if (*given.iterations < 1) return "--iterations takes a number of at least 1";
    plan.iterations = static_cast<std::uint64_t>(*given.iterations);
  } else if (given.duration) {
    core::duration d{};
    if (!core::parse_duration(*given.duration, d) || d <= core::duration{})
      return "--duration takes a time such as 60s";
    plan.duration = d;
  } else {
    plan.iterations = 1;
  }
  return {};
}

std::string read_targets(const run_arguments& given, probe_config& config) {
  for (const auto& text : given.targets) {
    const auto equals = text.find('=');
    core::base_url url;
    if (equals == std::string::npos || !core::parse_base_url(text.substr(equals + 1), url))
      return "--target takes NAME=URL, such as base=http://127.0.0.1:8080";
    config.targets[text.substr(0, equals)] = url;
  }
  return {};
}

/// One set of runs from their start to the report.
class session {
 public:
  session(const probe_config& config, run_plan plan)
      : log_("probe", core::log_level::error),
        worker_(log_),
        spans_("probe", REMORA_VERSION, "run", config.otlp ? 20'000 : 0, config.otlp.has_value()),
        lifecycle_(worker_, ready_, config.drain),
        engine_(worker_, metrics_, plan) {
    if (config.otlp) sender_.emplace(worker_, *config.otlp, spans_);
    engine_.on_finished([this](const run_result& r) {
      report_.note(r);
      record_spans(r, worker_.wall, spans_);
    });
    lifecycle_.on_drain("runs", [this](core::deadline until) { return engine_.drain(until); });
    if (sender_)
      lifecycle_.on_drain("spans", [this](core::deadline until) { return sender_->flush(until); });
  }

  const run_report& run(loaded what) {
    if (sender_) sender_->start();
    engine_.replace(what.scenarios, std::move(what.setup));
    worker_.start("end of runs", end_when_done());
    lifecycle_.run();
    report_.close(engine_.ledgers());
    return report_;
  }

 private:
  core::task<> end_when_done() {
    while (!engine_.done()) co_await core::sleep_for(worker_, std::chrono::milliseconds(20));
    lifecycle_.begin();
  }

  core::logger log_;
  core::readiness ready_;
  core::worker worker_;
  core::span_sink spans_;
  core::lifecycle lifecycle_;
  std::optional<core::otlp_sender> sender_;
  run_metrics metrics_;
  engine engine_;
  run_report report_;
};

int print(const run_report& report, const std::optional<std::string>& json_file) {
  std::fputs(report.to_text().c_str(), stdout);
  if (json_file) {
    std::ofstream out(*json_file, std::ios::binary);
    if (!(out << report.to_json() << std::flush)) {
      std::fprintf(stderr, "remora-probe: cannot write %s\n", json_file->c_str());
      return core::exit_unavailable;
    }
  }
  return report.exit_code();
}

}  // namespace

int run(const run_arguments& given) {
  run_plan plan;
  core::problems found;
  probe_config config;
  if (given.config) config = core::load_config<probe_config>(*given.config, found);
  if (!found.empty()) return core::report_config(*given.config, found);
  if (const auto wrong = read_plan(given, plan); !wrong.empty()) return usage(wrong);
  if (const auto wrong = read_targets(given, config); !wrong.empty()) return usage(wrong);

  config.scenarios = given.files;
  auto what = load_all(config, "", found);
  if (given.check_only || !found.empty()) return core::report_config(given.files.front(), found);
  return core::guarded("remora-probe", [&] {
    session runs(config, plan);
    return print(runs.run(std::move(what)), given.json);
  });
}

}  // namespace probe
