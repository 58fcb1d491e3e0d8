#include "probe/commands/run_command.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "core/program.hpp"
#include "probe/commands/run_arguments.hpp"
#include "probe/commands/run_session.hpp"
#include "probe/report/reports.hpp"

namespace probe {
namespace {

int usage(const std::string& what) {
  std::fprintf(stderr, "remora-probe: %s\n", what.c_str());
  return core::exit_usage;
}

std::string host_name() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return host;
}

/// False when there is a file to write and it could not be.
bool write(const std::optional<std::string>& file, const std::string& report) {
  if (!file) return true;
  std::ofstream out(*file, std::ios::binary);
  if (out << report << std::flush) return true;
  std::fprintf(stderr, "remora-probe: cannot write %s\n", file->c_str());
  return false;
}

int report(const run_summary& s, const run_arguments& given) {
  if (!given.quiet) std::fputs(text_report(s).c_str(), stdout);
  // All are tried, also when one cannot be written.
  bool written = write(given.json, given.json ? json_report(s) : "");
  written &= write(given.junit, given.junit ? junit_report(s, host_name()) : "");
  written &= write(given.markdown, given.markdown ? markdown_report(s) : "");
  written &= write(given.html, given.html ? html_report(s) : "");
  return written ? decide(s).exit_code() : static_cast<int>(core::exit_unavailable);
}

}  // namespace

int run(const run_arguments& given) {
  run_plan plan;
  core::problems found;
  probe_config config;
  if (given.config) config = core::load_config<probe_config>(*given.config, found);
  if (!found.empty()) return core::report_config(*given.config, found);
  std::map<std::string, std::string> labels;
  if (given.stop_when_decided && given.gate.empty())
    return usage("--stop-when-decided is of the gate: give --gate too");
  for (const auto& wrong : {read_plan(given, plan), read_targets(given.targets, config),
                            read_labels(given.labels, labels)})
    if (!wrong.empty()) return usage(wrong);

  const auto part = parse_shard(given.part.value_or("0/1"));
  if (!part) return usage(shard_usage);

  config.scenarios = given.files;
  auto failures = failures_of(config, given.config.value_or(""));
  if (given.failures) failures.folder = *given.failures;
  if (failures.folder.empty()) config.failures.keep_failures = config.failures.keep_successes = 0;
  auto what = load_all(config, "", found);
  std::vector<slo::objective> objectives;
  if (!given.gate.empty()) objectives = slo::load_objectives(given.gate, found);
  if (given.check_only || !found.empty()) return core::report_config(given.files.front(), found);
  return core::guarded("remora-probe", [&] {
    run_session session(config, failures, plan, given.quiet, *part);
    if (given.stop_when_decided) session.stop_when_decided();
    return report(session.run(std::move(what), objectives, std::move(labels)), given);
  });
}

}  // namespace probe
