#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "core/junit_report.hpp"
#include "probe/report/reports.hpp"
#include "probe/report/time_text.hpp"
#include "slo/gate/reports.hpp"

namespace probe {
namespace {

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

/// The one failure that a case may have: the most frequent kind names it, all are told.
void add_failed(core::junit_suite& into, const scenario_summary& s, const step_summary& step) {
  const double mean = core::seconds(step.took.mean());
  const auto [worst, text] = failures_of(s, step);
  if (!worst) {
    into.failed(step.name, mean, {"unknown", fmt::format("failed {} times", step.failed), text});
    return;
  }
  const auto& last = worst->examples.back();
  into.failed(step.name, mean,
              {kind_of(*worst),
               fmt::format("failed {} of {} times; {}: {}{}", step.failed,
                           step.passed + step.failed, kind_of(*worst), last.detail,
                           last.trace_id.empty() ? "" : " (trace_id " + last.trace_id + ")"),
               text});
}

/// Whether the objectives were judged, and all hold: what failed is within their budgets.
bool is_tolerated(const run_summary& s) noexcept {
  return s.gate && s.gate->overall == slo::outcome::pass;
}

core::junit_suite suite_of(const std::string& name, const scenario_summary& s, bool tolerated) {
  core::junit_suite out(name);
  std::uint64_t allowed = 0;  // failures of steps that the objectives allow
  std::string within;
  for (const auto& step : s.steps) {
    if (step.failed > 0 && tolerated) {
      allowed += step.failed;
      within += step.name + ": " + failures_of(s, step).text;
      out.passed(step.name, core::seconds(step.took.mean()));
    } else if (step.failed > 0) {
      add_failed(out, s, step);
    } else if (step.passed == 0) {
      out.skipped(step.name);
    } else {
      out.passed(step.name, core::seconds(step.took.mean()));
    }
  }
  if (s.ran() == 0) out.undecided("has run", {"inconclusive", "nothing ran", ""});
  auto books =
      fmt::format("{} scheduled, {} passed, {} failed, {} missed; p50 {}, p95 {}, p99 {}",
                  s.scheduled(), s.passed, s.failed, s.missed(), readable(s.took.quantile(0.5)),
                  readable(s.took.quantile(0.95)), readable(s.took.quantile(0.99)));
  if (allowed > 0) {
    books += "\nwithin what the objectives allow:\n" + within;
    out.property("remora.tolerated_failures", std::to_string(allowed));
  }
  out.say(std::move(books));
  return out;
}

core::junit_facts facts_of(const run_summary& s, const std::string& host) {
  core::junit_facts out{"remora-probe", host, rfc3339(s.started).substr(0, 19), {}};
  out.properties = {{"remora.version", s.program_version},
                    {"remora.verdict", to_label(decide(s).verdict)}};
  out.properties.insert(out.properties.end(), s.labels.begin(), s.labels.end());
  return out;
}

}  // namespace

std::string junit_report(const run_summary& s, const std::string& host) {
  std::vector<core::junit_suite> suites;
  for (const auto& [name, scenario] : s.scenarios)
    suites.push_back(suite_of(name, scenario, is_tolerated(s)));
  if (s.gate) suites.push_back(slo::gate_suite(*s.gate));
  return core::junit_xml(suites, facts_of(s, host));
}

}  // namespace probe
