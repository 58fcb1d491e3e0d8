#include <fmt/format.h>

#include <iterator>

#include "core/markdown_text.hpp"
#include "probe/report/reports.hpp"
#include "slo/gate/reports.hpp"

namespace probe {
namespace {

constexpr std::size_t most_bytes = 60'000;

std::string row(const std::string& what, std::uint64_t runs, std::uint64_t failed,
                const duration_sketch& d) {
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", what, runs,
                     failed > 0 ? fmt::format("**{}**", failed) : "0", readable(d.quantile(0.5)),
                     readable(d.quantile(0.95)), readable(d.quantile(0.99)), readable(d.max()));
}

std::string scenario_part(const std::string& name, const scenario_summary& s) {
  std::string out = "\n#### " + core::markdown_text(name) + "\n\n";
  if (s.missed() > 0)
    fmt::format_to(std::back_inserter(out), "{} of {} intended runs were missed.\n\n", s.missed(),
                   s.scheduled());
  if (s.ran() == 0) return out + "Nothing ran.\n";
  out += "| step | runs | failed | p50 | p95 | p99 | max |\n|:--|--:|--:|--:|--:|--:|--:|\n";
  out += row("_whole run_", s.ran(), s.failed, s.took);
  for (const auto& step : s.steps)
    out += row(core::markdown_text(step.name), step.passed + step.failed, step.failed, step.took);
  return out;
}

std::string failure_row(const std::string& name, const failure_group& f) {
  std::string traces;
  for (auto e = f.examples.rbegin(); e != f.examples.rend(); ++e)
    if (!e->trace_id.empty())
      traces += (traces.empty() ? "" : " ") + core::markdown_code(e->trace_id);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", core::markdown_text(name),
                     core::markdown_text(f.step), core::markdown_code(to_label(f.what.where)),
                     core::markdown_code(to_label(f.what.why)), f.count,
                     core::markdown_text(f.examples.back().detail), traces);
}

std::string head(const run_summary& s) {
  const auto decision = decide(s);
  const char* mark = decision.verdict == run_verdict::pass           ? "✅"
                     : decision.verdict == run_verdict::inconclusive ? "⚠️"
                                                                     : "❌";
  std::string out =
      fmt::format("### {} Probe: {}\n\n{}{}.\n\n{} passed · {} failed · {} missed · {}\n", mark,
                  to_label(decision.verdict), s.interrupted ? "Interrupted: " : "",
                  core::markdown_text(decision.reason), s.passed(), s.failed(), s.missed(),
                  readable(s.lasted()));
  for (const auto& [name, value] : s.labels)
    if (name != "job")
      fmt::format_to(std::back_inserter(out), "{} {} ", core::markdown_code(name),
                     core::markdown_text(value));
  return out + "\n";
}

}  // namespace

std::string markdown_report(const run_summary& s) {
  std::string out = head(s);
  bool whole = true;
  // What says most comes first, so that a cut takes the least.
  const auto add = [&](const std::string& part) {
    if (out.size() + part.size() > most_bytes) whole = false;
    if (whole) out += part;
  };
  if (s.gate) add("\n#### Objectives\n\n" + slo::gate_markdown_table(*s.gate));
  if (s.failed() > 0) {
    add("\n#### Failures\n\n| scenario | step | where | why | count | detail | traces |\n"
        "|:--|:--|:--|:--|--:|:--|:--|\n");
    for (const auto& [name, scenario] : s.scenarios)
      for (const auto& f : scenario.failures) add(failure_row(name, f));
  }
  for (const auto& [name, scenario] : s.scenarios) add(scenario_part(name, scenario));
  if (!whole) out += "\n_The rest does not fit into a comment._\n";
  return out;
}

}  // namespace probe
