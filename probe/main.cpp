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
                  "Runs scenarios once or for a while, and reports: exit code 0 pass, 1 fail, 2 too "
                  "little evidence, 69 nothing could be reached. Targets, secrets and the "
                  "signing key come from --config.")
      .positional("FILE", given.files, "Scenario files or folders.")
      .option("--duration", given.duration, "How long to start runs, such as 60s.")
      .option("--iterations", given.iterations, "How many runs of each scenario; default 1.")
      .option("--target", given.targets,
              "NAME=URL: what ${target.NAME} is, over the configuration; may be repeated.")
      .option("--gate", given.gate,
              "SLO files or a folder of them: their objectives decide; may be repeated.")
      .option("--label", given.labels,
              "KEY=VALUE in the reports, such as version=1.4.2; may be repeated.")
      .option("--json", given.json, "File to write the results to, as JSON.")
      .option("--junit", given.junit, "File to write a JUnit report to.")
      .option("--markdown", given.markdown, "File to write a report for a pull request to.")
      .option("--html", given.html, "File to write a page with charts to.")
      .option("--failures", given.failures, "Folder to leave a bundle of each failed run in.")
      .flag("--quiet", given.quiet, "Say nothing on the terminal.");
  if (const auto code = line.parse(argc, argv)) return *code;

  if (line.chosen() == "run") return probe::run(given);
  if (!given.config) {
    std::fputs("remora-probe: serve needs --config FILE\n", stderr);
    return core::exit_usage;
  }
  return probe::serve(*given.config, given.check_only);
}
