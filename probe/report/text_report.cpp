#include <fmt/format.h>

#include <iterator>

#include "probe/report/reports.hpp"
#include "slo/gate/reports.hpp"

namespace probe {
namespace {

void row(std::string& out, const std::string& what, std::uint64_t runs, std::uint64_t failed,
         const duration_sketch& d) {
  fmt::format_to(std::back_inserter(out), "  {:<24} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9}\n", what,
                 runs, failed, readable(d.quantile(0.5)), readable(d.quantile(0.95)),
                 readable(d.quantile(0.99)), readable(d.max()));
}

void table(std::string& out, const scenario_summary& s) {
  fmt::format_to(std::back_inserter(out), "  {:<24} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9}\n", "",
                 "runs", "failed", "p50", "p95", "p99", "max");
  row(out, "from intended start", s.ran(), s.failed, s.took);
  row(out, "started late by", s.ran(), 0, s.lag);
  for (const auto& step : s.steps)
    row(out, "step " + step.name, step.passed + step.failed, step.failed, step.took);
}

std::string missed_reasons(const scenario_summary& s) {
  std::string out;
  for (std::size_t i = 0; i < missed_reason_count; ++i) {
    const auto reason = static_cast<missed_reason>(i);
    if (s.missed(reason) > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", s.missed(reason), to_label(reason));
  }
  return out.empty() ? "" : " (" + out + ")";
}

/// What a server said cannot steer the terminal.
std::string on_one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

void failures(std::string& out, const scenario_summary& s) {
  auto at = std::back_inserter(out);
  for (const auto& f : s.failures) {
    const auto& last = f.examples.back();
    fmt::format_to(at, "  {}x {} broke at {}, {}: {}\n", f.count, f.step, to_label(f.what.where),
                   to_label(f.what.why), on_one_line(last.detail));
    if (!last.trace_id.empty()) fmt::format_to(at, "     last trace {}\n", last.trace_id);
  }
}

}  // namespace

std::string text_report(const run_summary& s) {
  std::string out;
  auto at = std::back_inserter(out);
  for (const auto& [name, scenario] : s.scenarios) {
    fmt::format_to(at, "{}: {} of {} runs passed, {} failed, {} missed{}\n", name, scenario.passed,
                   scenario.ran(), scenario.failed, scenario.missed(), missed_reasons(scenario));
    if (scenario.ran() > 0) table(out, scenario);
    failures(out, scenario);
  }
  if (s.gate) out += "\n" + slo::gate_text(*s.gate);
  const auto decision = decide(s);
  std::string verdict = to_label(decision.verdict);
  for (auto& c : verdict) c = static_cast<char>(c - 'a' + 'A');
  fmt::format_to(at, "{}{}: {}\n", s.interrupted ? "interrupted; " : "", verdict, decision.reason);
  return out;
}

}  // namespace probe
