#include <cstdio>

#include "core/command_line.hpp"
#include "probe/commands/run_command.hpp"
#include "probe/commands/serve.hpp"

int main(int argc, char** argv) {
  core::command_line line("remora-probe", REMORA_VERSION,
                          "Synthetic prober: walks the critical paths of HTTP services.");
  probe::run_arguments given;
  line.root()
      .option("--config", given.config, "Configuration file.")
      .flag("--check-config", given.check_only,
            "Check the configuration file and its scenarios, and exit.");
  line.subcommand("serve", "Runs the scenarios of a configuration until it is stopped.");
  line.subcommand("run",
                  "Runs scenarios once or for a while, and reports: exit code 0 when all runs "
                  "passed, 1 when any failed, 2 when nothing ran. Targets, secrets and the "
                  "signing key come from --config.")
      .positional("FILE", given.files, "Scenario files or folders.")
      .option("--duration", given.duration, "How long to start runs, such as 60s.")
      .option("--iterations", given.iterations, "How many runs of each scenario; default 1.")
      .option("--target", given.targets,
              "NAME=URL: what ${target.NAME} is, over the configuration; may be repeated.")
      .option("--json", given.json, "File to write the report to, as JSON.");
  if (const auto code = line.parse(argc, argv)) return *code;

  if (line.chosen() == "run") return probe::run(given);
  if (!given.config) {
    std::fputs("remora-probe: serve needs --config FILE\n", stderr);
    return core::exit_usage;
  }
  return probe::serve(*given.config, given.check_only);
}
