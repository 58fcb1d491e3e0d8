#include <fmt/format.h>

#include <iterator>

#include "core/html_text.hpp"
#include "probe/report/reports.hpp"
#include "probe/report/time_text.hpp"

namespace probe {
namespace {

using core::html_text;

/// The cases of one suite, and how many of them are what.
struct suite {
  std::string name;
  std::string package;
  double time = 0;
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::uint64_t tolerated = 0;  ///< failures of steps that the objectives allow
  std::string cases;
  std::string out;  ///< text of system-out

  void add(const std::string& name, double seconds, const std::string& body) {
    ++tests;
    time += seconds;
    fmt::format_to(std::back_inserter(cases),
                   "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"", html_text(package),
                   html_text(name), seconds);
    cases += body.empty() ? "/>\n" : ">\n" + body + "    </testcase>\n";
  }
};

std::string problem(const char* element, std::string_view type, std::string_view message,
                    std::string_view text) {
  return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element,
                     html_text(type), html_text(message), html_text(text));
}

std::string kind_of(const failure_group& f) {
  return std::string(to_label(f.what.where)) + "/" + to_label(f.what.why);
}

std::string told(const failure_group& f) {
  std::string out = fmt::format("{} of this kind: where {}, why {}\n", f.count,
                                to_label(f.what.where), to_label(f.what.why));
  for (const auto& e : f.examples) {
    fmt::format_to(std::back_inserter(out), "{} after {}: {}\n", rfc3339(e.intended),
                   readable(e.took), e.detail);
    if (!e.trace_id.empty()) out += "trace_id: " + e.trace_id + "\n";
  }
  return out;
}

/// All kinds of failures of a step. One of `always` that failed after another step had did not
/// decide, and has none.
struct step_failures {
  const failure_group* worst = nullptr;  ///< the most frequent kind
  std::string text;
};

step_failures failures_of(const scenario_summary& s, const step_summary& step) {
  step_failures out;
  for (const auto& f : s.failures) {
    if (f.step != step.name) continue;
    if (!out.worst || f.count > out.worst->count) out.worst = &f;
    out.text += told(f);
  }
  if (!out.worst) out.text = "It failed after another step had failed.";
  return out;
}

/// The one failure element that a case may have: the most frequent kind names it, all are told.
std::string failure_of(const scenario_summary& s, const step_summary& step) {
  const auto [worst, text] = failures_of(s, step);
  if (!worst)
    return problem("failure", "unknown", fmt::format("failed {} times", step.failed), text);
  const auto& last = worst->examples.back();
  return problem("failure", kind_of(*worst),
                 fmt::format("failed {} of {} times; {}: {}{}", step.failed,
                             step.passed + step.failed, kind_of(*worst), last.detail,
                             last.trace_id.empty() ? "" : " (trace_id " + last.trace_id + ")"),
                 text);
}

/// Whether the objectives were judged, and all hold: what failed is within their budgets.
bool is_tolerated(const run_summary& s) noexcept {
  return s.gate && s.gate->overall == slo::outcome::pass;
}

suite suite_of(const std::string& name, const scenario_summary& s, bool tolerated) {
  suite out;
  out.name = out.package = name;
  std::string within;
  for (const auto& step : s.steps) {
    const double mean = core::seconds(step.took.mean());
    if (step.failed > 0 && tolerated) {
      out.tolerated += step.failed;
      within += step.name + ": " + failures_of(s, step).text;
      out.add(step.name, mean, "");
    } else if (step.failed > 0) {
      ++out.failures;
      out.add(step.name, mean, failure_of(s, step));
    } else if (step.passed == 0) {
      ++out.skipped;
      out.add(step.name, 0, "      <skipped/>\n");
    } else {
      out.add(step.name, mean, "");
    }
  }
  if (s.ran() == 0) {
    ++out.errors;
    out.add("has run", 0, problem("error", "inconclusive", "nothing ran", ""));
  }
  out.out =
      fmt::format("{} scheduled, {} passed, {} failed, {} missed; p50 {}, p95 {}, p99 {}",
                  s.scheduled(), s.passed, s.failed, s.missed(), readable(s.took.quantile(0.5)),
                  readable(s.took.quantile(0.95)), readable(s.took.quantile(0.99)));
  if (out.tolerated > 0) out.out += "\nwithin what the objectives allow:\n" + within;
  return out;
}

suite suite_of(const run_summary& s) {
  suite out;
  out.name = out.package = "objectives";
  for (const auto& line : s.gate->lines) {
    std::string traces;
    for (const auto& [name, scenario] : s.scenarios)
      for (const auto& f : scenario.failures)
        if (!f.examples.back().trace_id.empty())
          traces += fmt::format("{} {}: trace_id {}\n", name, f.step, f.examples.back().trace_id);
    std::string body;
    if (line.decision == slo::outcome::fail) {
      ++out.failures;
      body = problem("failure", "violated", line.reason, traces);
    } else if (line.decision == slo::outcome::inconclusive) {
      ++out.errors;
      body = problem("error", "inconclusive", line.reason, traces);
    }
    out.add(line.what.id, 0, body);
  }
  out.out = s.gate->overall == slo::outcome::pass ? "every objective holds" : decide(s).reason;
  return out;
}

std::string properties(const suite& one, const run_summary& s) {
  std::string out = "    <properties>\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(out), "      <property name=\"{}\" value=\"{}\"/>\n",
                   html_text(name), html_text(value));
  };
  add("remora.version", s.program_version);
  add("remora.verdict", to_label(decide(s).verdict));
  if (one.tolerated > 0) add("remora.tolerated_failures", std::to_string(one.tolerated));
  for (const auto& [name, value] : s.labels) add(name, value);
  return out + "    </properties>\n";
}

std::string render(const suite& one, std::size_t id, const run_summary& s,
                   const std::string& host) {
  return fmt::format(
      "  <testsuite id=\"{}\" name=\"{}\" package=\"remora-probe\" hostname=\"{}\" "
      "timestamp=\"{}\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\">\n{}{}"
      "    <system-out>{}</system-out>\n    <system-err></system-err>\n  </testsuite>\n",
      id, html_text(one.name), html_text(host), rfc3339(s.started).substr(0, 19), one.tests,
      one.failures, one.errors, one.skipped, one.time, properties(one, s), one.cases,
      html_text(one.out));
}

}  // namespace

std::string junit_report(const run_summary& s, const std::string& host) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  std::size_t id = 0;
  for (const auto& [name, scenario] : s.scenarios)
    out += render(suite_of(name, scenario, is_tolerated(s)), id++, s, host);
  if (s.gate) out += render(suite_of(s), id++, s, host);
  return out + "</testsuites>\n";
}

}  // namespace probe
