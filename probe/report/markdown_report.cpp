#include <fmt/format.h>

#include <iterator>

#include "probe/report/reports.hpp"

namespace probe {
namespace {

constexpr std::size_t most_bytes = 60'000;

/// Text as text: what Markdown, HTML or a mention would make of it is escaped.
std::string plain(std::string_view text, std::size_t limit = 300) {
  constexpr std::string_view special = "\\`*_{}[]()#+-.!|~>@";
  std::string out;
  for (const char c : text.substr(0, limit)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += ' ';
    else if (special.find(c) != std::string_view::npos)
      out.append("\\").push_back(c);
    else
      out.push_back(c);
  }
  if (text.size() <= limit) return out;
  while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
  if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xc0) out.pop_back();
  return out + "…";
}

/// For identifiers, which have no backtick; anything else is shown as text.
std::string code(std::string_view text) {
  return text.find_first_of("`|\n") == std::string_view::npos && !text.empty()
             ? "`" + std::string(text) + "`"
             : plain(text);
}

std::string row(const std::string& what, std::uint64_t runs, std::uint64_t failed,
                const duration_sketch& d) {
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", what, runs,
                     failed > 0 ? fmt::format("**{}**", failed) : "0", readable(d.quantile(0.5)),
                     readable(d.quantile(0.95)), readable(d.quantile(0.99)), readable(d.max()));
}

std::string scenario_part(const std::string& name, const scenario_summary& s) {
  std::string out = "\n#### " + plain(name) + "\n\n";
  if (s.missed() > 0)
    fmt::format_to(std::back_inserter(out), "{} of {} intended runs were missed.\n\n", s.missed(),
                   s.scheduled());
  if (s.ran() == 0) return out + "Nothing ran.\n";
  out += "| step | runs | failed | p50 | p95 | p99 | max |\n|:--|--:|--:|--:|--:|--:|--:|\n";
  out += row("_whole run_", s.ran(), s.failed, s.took);
  for (const auto& step : s.steps)
    out += row(plain(step.name), step.passed + step.failed, step.failed, step.took);
  return out;
}

std::string failure_row(const std::string& name, const failure_group& f) {
  std::string traces;
  for (auto e = f.examples.rbegin(); e != f.examples.rend(); ++e)
    if (!e->trace_id.empty()) traces += (traces.empty() ? "" : " ") + code(e->trace_id);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", plain(name), plain(f.step),
                     code(to_label(f.what.where)), code(to_label(f.what.why)), f.count,
                     plain(f.examples.back().detail), traces);
}

std::string objectives_part(const slo::gate_result& gate) {
  std::string out =
      "\n#### Objectives\n\n| objective | verdict | events | bad | |\n|:--|:--|--:|--:|:--|\n";
  for (const auto& line : gate.lines)
    fmt::format_to(std::back_inserter(out), "| {} | **{}** | {} | {} | {} |\n", code(line.what.id),
                   slo::to_label(line.decision), line.seen.counts.events, line.seen.counts.bad,
                   plain(line.reason));
  return out;
}

std::string head(const run_summary& s) {
  const auto decision = decide(s);
  const char* mark = decision.verdict == run_verdict::pass           ? "✅"
                     : decision.verdict == run_verdict::inconclusive ? "⚠️"
                                                                     : "❌";
  std::string out =
      fmt::format("### {} Probe: {}\n\n{}{}.\n\n{} passed · {} failed · {} missed · {}\n", mark,
                  to_label(decision.verdict), s.interrupted ? "Interrupted: " : "",
                  plain(decision.reason), s.passed(), s.failed(), s.missed(), readable(s.lasted()));
  for (const auto& [name, value] : s.labels)
    if (name != "job") fmt::format_to(std::back_inserter(out), "{} {} ", code(name), plain(value));
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
  if (s.gate) add(objectives_part(*s.gate));
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
