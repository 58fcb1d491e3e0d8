#include <cstring>
#include <string_view>
#include <vector>

#include "core/command_line.hpp"
#include "probe/commands/check_command.hpp"
#include "probe/commands/replay_command.hpp"
#include "probe/commands/run_command.hpp"
#include "probe/commands/serve.hpp"

namespace {

/// Called by the name of blackbox_exporter (a link in its place), the program is `serve` with that
/// program's flags.
std::vector<const char*> arguments(int argc, char** argv) {
  std::vector<const char*> out(argv, argv + argc);
  const char* const slash = std::strrchr(argv[0], '/');
  const std::string_view name = slash ? slash + 1 : argv[0];
  const bool stands_in = name == "blackbox_exporter" || name == "blackbox-exporter" ||
                         name == "prometheus-blackbox-exporter";
  if (stands_in) out.insert(out.begin() + 1, "serve");
  return out;
}

constexpr const char* shard_help =
    "i/n: run only what belongs to replica i of n, the first is 0; by a stable hash of scenario "
    "and target.";

void describe_serve(core::command_line& line, probe::serve_arguments& given) {
  line.subcommand("serve",
                  "Runs the scenarios of a configuration until it is stopped, and stands in for "
                  "blackbox_exporter when given its configuration.")
      .option("--shard", given.part, shard_help)
      .option("--blackbox-config,--config.file", given.blackbox_config,
              "Configuration file of blackbox_exporter: answer /probe by its modules.")
      .flag("--config.check", given.check_only, "The same as --check-config.")
      .option("--web.listen-address,--listen", given.listen,
              "Address to listen on instead of the configuration's; may be repeated. Without "
              "--config :9115.")
      .option("--web.route-prefix", given.route_prefix, "Path that every page is served behind.")
      .option("--web.external-url", given.external_url,
              "URL, or path, that the program is reached by; its path is the default of "
              "--web.route-prefix.")
      .option("--log.level", given.log_level, "debug, info, warn or error.")
      .option("--history.limit", given.history_limit,
              "How many probes are remembered, and failed ones besides; default 100.")
      .option("--timeout-offset", given.timeout_offset,
              "Seconds that a probe ends before the scraper gives up; default 0.5.");
}

void describe_run(core::command_line& line, probe::run_arguments& given) {
  line.subcommand(
          "run",
          "Runs scenarios once or for a while, and reports: exit code 0 pass, 1 fail, 2 too "
          "little evidence, 69 nothing could be reached. Targets, secrets and the "
          "signing key come from --config.")
      .positional("FILE", given.files, "Scenario files or folders.")
      .option("--duration", given.duration, "How long to start runs, such as 60s.")
      .option("--iterations", given.iterations,
              "How many runs of each scenario; default 1, or all of its load.")
      .option("--load", given.load,
              "Load of each scenario instead of its own, such as linear:1/s..100/s:60s; see "
              "docs/load.md.")
      .option("--target", given.targets,
              "NAME=URL: what ${target.NAME} is, over the configuration; may be repeated.")
      .option("--shard", given.part, shard_help)
      .option("--gate", given.gate,
              "SLO files or a folder of them: their objectives decide; may be repeated.")
      .flag("--stop-when-decided", given.stop_when_decided,
            "End as soon as the objectives of --gate are shown to hold, or not to.")
      .option("--label", given.labels,
              "KEY=VALUE in the reports, such as version=1.4.2; may be repeated.")
      .option("--json", given.json, "File to write the results to, as JSON.")
      .option("--junit", given.junit, "File to write a JUnit report to.")
      .option("--markdown", given.markdown, "File to write a report for a pull request to.")
      .option("--html", given.html, "File to write a page with charts to.")
      .option("--failures", given.failures, "Folder to leave a bundle of each failed run in.")
      .flag("--quiet", given.quiet, "Say nothing on the terminal.");
}

void describe_replay(core::command_line& line, probe::replay_arguments& given) {
  line.subcommand(
          "replay",
          "Runs a kept run again, step by step, and shows what is different: exit code 0 it "
          "passes now, 1 it still fails, 2 it cannot be repeated. Secrets and the signing key come "
          "from --config.")
      .positional("BUNDLE", given.files, "File of a replay bundle.")
      .option("--target", given.targets, "NAME=URL, over the bundle's; may be repeated.")
      .option("--address", given.address,
              "pinned: connect to the addresses of then; fresh: resolve names anew.")
      .flag("--json", given.json, "JSON instead of text.");
}

}  // namespace

int main(int argc, char** argv) {
  core::command_line line("remora-probe", REMORA_VERSION,
                          "Synthetic prober: walks the critical paths of HTTP services.");
  probe::run_arguments given;
  probe::serve_arguments served;
  probe::replay_arguments again;
  line.root()
      .option("--config", given.config, "Configuration file.")
      .flag("--check-config", given.check_only,
            "Check the configuration file and its scenarios, and exit.");
  describe_serve(line, served);
  describe_run(line, given);
  describe_replay(line, again);
  probe::check_arguments once;
  probe::add_check_command(line, once);
  const auto words = arguments(argc, argv);
  if (const auto code = line.parse(static_cast<int>(words.size()), words.data())) return *code;

  if (line.chosen() == "check") {
    once.config = given.config;
    return probe::check_once(once);
  }
  if (line.chosen() == "run") return probe::run(given);
  served.config = again.config = given.config;
  if (line.chosen() == "replay") return probe::replay(again);
  served.check_only = served.check_only || given.check_only;
  return probe::serve(served);
}
