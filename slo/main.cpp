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
  slo::explain_arguments explain;
  slo::gate_arguments gate;
  slo::gate_plan_arguments plan;
  slo::serve_arguments serve;
};

constexpr const char* paths_doc = "OpenSLO files, or folders of them.";

void add_query(core::command_line::command& command, slo::query_arguments& into,
               bool required = true) {
  command.positional("paths", into.paths, paths_doc, required)
      .option("--prometheus", into.prometheus, "Base URL of Prometheus.")
      .option("--window", into.window, "How far back to look (10m, 1h, 7d).")
      .option("--at", into.at, "End of the window; now, unless given (RFC 3339 or Unix seconds).");
}

void describe_gate(core::command_line& line, slo::gate_arguments& given) {
  auto& gate = line.subcommand(
      "gate",
      "Decide on a release: 0 pass, 1 fail, 2 too little evidence. `gate plan` says "
      "beforehand what that takes.");
  // Not required here, since a word that is still wanted would not be read as `plan`.
  add_query(gate, given.query, false);
  gate.option("--since", given.since, "Start of the window, instead of --window.")
      .option("--selector", given.selector,
              "More conditions on the candidate's series, such as version=\"1.4\".")
      .option("--results", given.results,
              "File of remora-probe run --json to judge, instead of asking Prometheus.")
      .option("--baseline", given.baseline, "Other results, which the candidate's stand beside.")
      .option("--baseline-at", given.baseline_at,
              "End of the baseline's window, which is as long as the candidate's.")
      .option("--baseline-selector", given.baseline_selector,
              "Conditions on the baseline's series, such as version=\"1.3\".")
      .option("--margin", given.margin,
              "By how much more of its events the candidate may lose than the baseline (0.5%); "
              "what the objective allows, unless given.")
      .option("--alpha", given.alpha, "Chance of a wrong verdict, 0.05 unless given.")
      .option("--method", given.method,
              "sequence (may be asked again and again) or fixed (sample fixed, asked once).")
      .flag("--freeze", given.freeze,
            "No pass while an error budget is spent (needs --prometheus).")
      .option("--override", given.override_reason,
              "Release in spite of the freeze rule, for this reason, which is recorded.")
      .flag("--json", given.json, "JSON instead of text; --json=FILE: beside it.")
      .option("--junit", given.junit, "File to write a JUnit report to.")
      .option("--markdown", given.markdown, "File to write a report for a pull request to.");
}

void describe_plan(core::command_line& line, slo::gate_plan_arguments& given) {
  line.subcommand("gate plan", "How many clean events, and how long, a pass takes.")
      .positional("paths", given.paths, paths_doc)
      .option("--rate", given.rate, "Events of each objective: 10/s, 600/m, 5/h.")
      .option("--errors", given.errors, "What to expect when so many are bad (0.4%).")
      .option("--alpha", given.alpha, "Chance of a wrong verdict, 0.05 unless given.")
      .flag("--json", given.json, "JSON instead of text.");
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

void describe_serve(core::command_line& line, slo::serve_arguments& into) {
  line.subcommand("serve", "Serve the page for people, and /api/v1 for programs.")
      .positional("paths", into.paths, paths_doc, false)
      .option("--prometheus", into.prometheus, "Base URL of Prometheus.")
      .option("--listen", into.listen, "Address of the page, 127.0.0.1:9400 unless given.")
      .option("--probe", into.probes,
              "Admin URL of a probe whose failed runs are shown; repeatable.")
      .option("--trace-url", into.trace_url, "Where traces are looked at: a URL with {trace_id}.")
      .option("--config", into.config, "Configuration file; what else is given overrides it.")
      .flag("--check-config", into.check_only,
            "Check the configuration and the SLO files, and exit.")
      .flag("--json", into.json, "Say on standard output where the page is, as JSON.");
}

void describe_reports(core::command_line& line, arguments& given) {
  auto& report = line.subcommand("report", "Show what each objective and its budget are at.");
  add_query(report, given.report.query);
  report.flag("--json", given.report.query.json, "JSON instead of a table.")
      .flag("--raw", given.report.raw, "Count raw samples even where recording rules have data.")
      .flag("--weekly", given.report.weekly,
            "Add how the last seven days compare with those before.")
      .option("--markdown", given.report.markdown, "File for the report as Markdown.")
      .option("--html", given.report.html, "File for the report as one page with charts.");
  auto& explain = line.subcommand(
      "explain", "Show where an SLO's number comes from: queries, samples, gaps, each term.");
  add_query(explain, given.explain.query);
  explain.flag("--json", given.explain.query.json, "JSON instead of text.")
      .option("--slo", given.explain.slos, "Name of an SLO; may also stand before the paths.");
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
  describe_reports(line, given);
  describe_gate(line, given.gate);
  describe_plan(line, given.plan);
  describe_serve(line, given.serve);
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
  if (command == "explain") {
    return given.explain.query.prometheus.empty() ? missing("--prometheus")
                                                  : slo::explain_command(given.explain);
  }
  if (command == "gate") {
    if (given.gate.query.paths.empty()) return missing("an OpenSLO file");
    return given.gate.query.prometheus.empty() && !given.gate.results
               ? missing("--prometheus or --results")
               : slo::gate_command(given.gate);
  }
  if (command == "gate plan") {
    return given.plan.rate.empty() ? missing("--rate") : slo::gate_plan_command(given.plan);
  }
  return slo::serve_command(given.serve);
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
