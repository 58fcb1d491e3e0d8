#include <cstdio>
#include <exception>

#include "core/command_line.hpp"
#include "slo/commands/commands.hpp"

namespace {

struct arguments {
  slo::validate_arguments validate;
  slo::generate_arguments generate;
  slo::simulate_arguments simulate;
  slo::report_arguments report;
  slo::gate_arguments gate;
  std::string config;
  bool check = false;
};

constexpr const char* paths_doc = "OpenSLO files, or folders of them.";

void add_query(core::command_line::command& command, slo::query_arguments& into) {
  command.positional("paths", into.paths, paths_doc)
      .option("--prometheus", into.prometheus, "Base URL of Prometheus.")
      .option("--window", into.window, "How far back to look (10m, 1h, 7d).")
      .option("--at", into.at, "End of the window; now, unless given (RFC 3339 or Unix seconds).")
      .flag("--json", into.json, "JSON instead of a table.");
}

void describe_simulate(core::command_line& line, slo::simulate_arguments& into) {
  line.subcommand("simulate", "Show what the alerts would do, without any history.")
      .positional("paths", into.paths, paths_doc)
      .option("--seed", into.seed, "Of everything that is left to chance; 1 unless given.")
      .option("--traffic", into.traffic,
              "Events a minute, several times for false alerts at each; scenarios take the first.")
      .option("--scenario", into.scenarios, "Kind of scenario, several times; all unless given.")
      .flag("--json", into.json, "JSON instead of tables.");
}

void describe_generate(core::command_line& line, slo::generate_arguments& into) {
  line.subcommand("generate", "Write recording rules, alerts and their promtool tests.")
      .positional("paths", into.paths, paths_doc)
      .option("--out", into.out, "Folder for the rule files.")
      .option("--tests", into.tests, "Folder for the tests; OUT/tests unless given.")
      .option("--format", into.format, "rules, or prometheusrule for the Prometheus operator.")
      .option("--names", into.names, "remora, or sloth for sloth's names beside ours.")
      .option("--runbooks", into.runbooks,
              "Base URL of the runbooks; alerts/runbooks/ unless given.")
      .option("--least-bad-events", into.least_bad_events,
              "Bad events that an alert needs in its longest window: 5; 1 for no such guard.")
      .option("--namespace", into.namespace_name, "Namespace of PrometheusRule resources.")
      .option("--label", into.labels, "KEY=VALUE, a label of PrometheusRule resources; repeatable.")
      .flag("--diff", into.diff, "Write nothing; say what would change. 0 nothing, 1 something.")
      .option("--prometheus", into.prometheus,
              "With --diff: compare with what this Prometheus has loaded, not with OUT.")
      .flag("--json", into.json, "JSON instead of text.");
}

void describe_validate(core::command_line& line, slo::validate_arguments& into) {
  line.subcommand("validate", "Check OpenSLO files: 0, or every problem and 65.")
      .positional("paths", into.paths, paths_doc)
      .option("--profile", into.profile,
              "strict (the rules of OpenSLO's SDK), or lenient (published examples as well).")
      .option("--prometheus", into.prometheus,
              "Base URL of Prometheus: what SLIs ask for must be there.")
      .flag("--json", into.json, "JSON instead of lines.");
}

void describe(core::command_line& line, arguments& given) {
  describe_validate(line, given.validate);
  describe_generate(line, given.generate);
  describe_simulate(line, given.simulate);
  auto& report = line.subcommand("report", "Show what each objective and its budget are at.");
  add_query(report, given.report.query);
  report.flag("--raw", given.report.raw, "Count raw samples even where recording rules have data.");
  auto& gate =
      line.subcommand("gate", "Decide on a release: 0 pass, 1 fail, 2 too little evidence.");
  add_query(gate, given.gate.query);
  gate.option("--since", given.gate.since, "Start of the window, instead of --window.")
      .option("--results", given.gate.results,
              "File of remora-probe run --json to judge, instead of asking Prometheus.")
      .option("--alpha", given.gate.alpha, "Chance of a wrong verdict, 0.05 unless given.")
      .option("--method", given.gate.method,
              "sequence (may be asked again and again) or fixed (sample fixed, asked once).");
  line.subcommand("serve", "Serve the page and /api/v1/slos.")
      .option("--config", given.config, "Configuration file.")
      .flag("--check-config", given.check, "Check the configuration and the SLO files, and exit.");
}

int missing(const char* option) {
  std::fprintf(stderr, "remora-slo: %s is missing\n", option);
  return core::exit_usage;
}

int run(const std::string& command, const arguments& given) {
  if (command == "validate") return slo::validate_command(given.validate);
  if (command == "generate") return slo::generate_command(given.generate);
  if (command == "simulate") return slo::simulate_command(given.simulate);
  if (command == "report") {
    return given.report.query.prometheus.empty() ? missing("--prometheus")
                                                 : slo::report_command(given.report);
  }
  if (command == "gate") {
    return given.gate.query.prometheus.empty() && !given.gate.results
               ? missing("--prometheus or --results")
               : slo::gate_command(given.gate);
  }
  return given.config.empty() ? missing("--config") : slo::serve_command(given.config, given.check);
}

}  // namespace

int main(int argc, char** argv) {
  core::command_line line("remora-slo", REMORA_VERSION,
                          "Service level objectives: rules, reports and the release gate.");
  arguments given;
  describe(line, given);
  if (const auto code = line.parse(argc, argv)) return *code;
  try {
    return run(line.chosen(), given);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "remora-slo: %s\n", e.what());
    return core::exit_unavailable;
  }
}
