#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

/// The commands of remora-slo. Each takes what was given on the command line, writes to standard
/// output (and, what is wrong, to standard error) and gives the exit code (design, contract 7).
namespace slo {

struct validate_arguments {
  std::vector<std::string> paths;
  std::string profile = "strict";         ///< or "lenient"
  std::optional<std::string> prometheus;  ///< whether what the SLIs ask for is there
  bool json = false;
};
/// 0, or every problem of the files and 65.
int validate_command(const validate_arguments& given);

struct generate_arguments {
  std::vector<std::string> paths;
  std::string out;                   ///< folder of the rule files
  std::optional<std::string> tests;  ///< folder of the promtool tests; absent: `out`/tests
  std::string format = "rules";
  std::string names = "remora";
  std::optional<std::string> runbooks;          ///< stands before an alert's name in runbook_url
  std::optional<std::string> least_bad_events;  ///< of the guard against single failures
  std::optional<std::string> namespace_name;    ///< of PrometheusRule resources
  std::vector<std::string> labels;              ///< of these, `KEY=VALUE`
  bool diff = false;                            ///< only compare: 0 as deployed, 1 not
  std::string prometheus;                       ///< whose rules to compare with, instead of `out`'s
  bool json = false;
};
int generate_command(const generate_arguments& given);

struct simulate_arguments {
  std::vector<std::string> paths;
  bool json = false;
  std::optional<long> seed;
  std::vector<std::string> traffic;    ///< events a minute
  std::vector<std::string> scenarios;  ///< kinds; none: all
};
int simulate_command(const simulate_arguments& given);

/// What `report` and `gate` have in common.
struct query_arguments {
  std::vector<std::string> paths;
  std::string prometheus;
  std::optional<std::string> window;  ///< a duration
  std::optional<std::string> at;      ///< end of the window; absent: now
  bool json = false;
};

struct report_arguments {
  query_arguments query;
  bool raw = false;  ///< raw counters even where recording rules have data
  bool weekly = false;
  std::optional<std::string> markdown;  ///< file for the Markdown, `-`: standard output
  std::optional<std::string> html;      ///< file for the page
};
int report_command(const report_arguments& given);

struct explain_arguments {
  query_arguments query;  ///< its paths may be names of SLOs, too
  std::vector<std::string> slos;
};
int explain_command(const explain_arguments& given);

/// Value of an option `--json` or `--json=FILE` that was given without a file.
inline constexpr const char* bare_json = "true";

struct gate_arguments {
  query_arguments query;                   ///< its `json` is not used
  std::optional<std::string> since;        ///< start of the window instead of its length
  std::optional<std::string> results;      ///< of `remora-probe run --json`, instead of Prometheus
  std::optional<std::string> selector;     ///< more conditions on the candidate's series
  std::optional<std::string> baseline;     ///< other results
  std::optional<std::string> baseline_at;  ///< end of the baseline's window
  std::optional<std::string> baseline_selector;  ///< conditions on the baseline's series
  std::optional<std::string> margin;             ///< between candidate and baseline
  std::optional<std::string> alpha;
  std::string method = "sequence";
  bool freeze = false;
  std::optional<std::string> override_reason;
  std::optional<std::string> json, junit, markdown;  ///< files to write to
};
int gate_command(const gate_arguments& given);

struct gate_plan_arguments {
  std::vector<std::string> paths;
  std::string rate;                   ///< events a second
  std::optional<std::string> errors;  ///< the share that is expected to be bad
  std::optional<std::string> alpha;
  bool json = false;
};
int gate_plan_command(const gate_plan_arguments& given);

struct serve_arguments {
  std::vector<std::string> paths;
  std::optional<std::string> config;  ///< a file; the rest overrides what it says
  std::optional<std::string> prometheus, listen, trace_url;
  std::vector<std::string> probes;  ///< URLs
  bool check_only = false;          ///< checks the configuration and the SLO files
  bool json = false;                ///< `{"page":"http://…"}` on standard output once it is open
};
/// Serves the page until SIGTERM.
int serve_command(const serve_arguments& given);

}  // namespace slo
