#include "probe/report/report.hpp"

#include <fmt/format.h>

#include <iterator>

#include "core/command_line.hpp"
#include "core/json_text.hpp"

namespace probe {
namespace {

std::string seconds_json(core::duration d) {
  std::string out;
  core::append_json_number(out, core::seconds(d));
  return out;
}

std::string sketch_json(const duration_sketch& s) {
  return fmt::format(R"({{"count":{},"mean":{},"p50":{},"p95":{},"p99":{},"max":{}}})", s.count(),
                     seconds_json(s.mean()), seconds_json(s.quantile(0.5)),
                     seconds_json(s.quantile(0.95)), seconds_json(s.quantile(0.99)),
                     seconds_json(s.max()));
}

template <class Range, class Show>
std::string list_json(const Range& range, Show show) {
  std::string out;
  for (const auto& one : range) out += (out.empty() ? "" : ",") + show(one);
  return "[" + out + "]";
}

}  // namespace

std::string readable(core::duration d) {
  const double s = core::seconds(d);
  if (s < 1e-3) return fmt::format("{:.0f}us", s * 1e6);
  if (s < 1) return fmt::format("{:.3g}ms", s * 1e3);
  return fmt::format("{:.3g}s", s);
}

run_report::failure_group& run_report::group_of(scenario_summary& in, const std::string& step,
                                                verdict what) {
  for (auto& group : in.failures)
    if (group.step == step && group.what == what) return group;
  return in.failures.emplace_back(failure_group{step, what, 0, {}, {}});
}

void run_report::note(const run_result& result) {
  auto& s = scenarios_[result.scenario->name];
  if (s.steps.empty())
    for (std::size_t i = 0; i < result.scenario->step_count(); ++i)
      s.steps.emplace_back().name = result.scenario->at(i).name;
  s.took.add(result.took());
  s.lag.add(result.lag());
  for (const auto& step : result.steps) {
    if (step.outcome == step_outcome::skipped) continue;
    s.steps[step.index].took.add(step.took());
    if (step.outcome == step_outcome::failed) ++s.steps[step.index].failed;
  }
  const auto* failed = result.failure();
  if (!failed) {
    ++s.passed;
    return;
  }
  ++s.failed;
  auto& group = group_of(s, s.steps[failed->index].name, *failed->failure);
  ++group.count;
  group.detail = failed->detail;
  group.trace_id = result.context ? result.context.trace.hex() : "";
}

void run_report::close(const std::map<std::string, run_ledger>& ledgers) {
  for (const auto& [name, ledger] : ledgers) scenarios_[name].ledger = ledger;
}

int run_report::exit_code() const noexcept {
  std::uint64_t ran = 0, failed = 0;
  for (const auto& [name, s] : scenarios_) {
    ran += s.passed + s.failed;
    failed += s.failed;
  }
  return failed > 0 ? core::exit_fail : ran > 0 ? core::exit_pass : core::exit_inconclusive;
}

std::string run_report::to_text() const {
  std::string out;
  auto at = std::back_inserter(out);
  for (const auto& [name, s] : scenarios_) {
    const auto missed =
        s.ledger.missed(missed_reason::overrun) + s.ledger.missed(missed_reason::shutdown);
    fmt::format_to(at, "{}: {} of {} runs passed, {} failed, {} missed\n", name, s.passed,
                   s.passed + s.failed, s.failed, missed);
    if (s.took.count() == 0) continue;
    fmt::format_to(at, "  {:<24} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9}\n", "", "runs", "failed",
                   "p50", "p95", "p99", "max");
    const auto row = [&](const std::string& what, std::uint64_t failed, const duration_sketch& d) {
      fmt::format_to(at, "  {:<24} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9}\n", what, d.count(), failed,
                     readable(d.quantile(0.5)), readable(d.quantile(0.95)),
                     readable(d.quantile(0.99)), readable(d.max()));
    };
    row("from intended start", s.failed, s.took);
    row("started late by", 0, s.lag);
    for (const auto& step : s.steps) row("step " + step.name, step.failed, step.took);
    for (const auto& f : s.failures) {
      fmt::format_to(at, "  {}x {} broke at {}, {}: {}\n", f.count, f.step, to_label(f.what.where),
                     to_label(f.what.why), f.detail);
      if (!f.trace_id.empty()) fmt::format_to(at, "     last trace {}\n", f.trace_id);
    }
  }
  const char* verdicts[] = {"PASS", "FAIL", "INCONCLUSIVE: nothing ran"};
  fmt::format_to(at, "{}\n", verdicts[exit_code()]);
  return out;
}

std::string run_report::scenario_json(const std::string& name, const scenario_summary& s) {
  const auto steps = list_json(s.steps, [](const step_summary& step) {
    return fmt::format(R"({{"name":{},"failed":{},"duration_seconds":{}}})",
                       core::json_string(step.name), step.failed, sketch_json(step.took));
  });
  const auto failures = list_json(s.failures, [](const failure_group& f) {
    return fmt::format(
        R"({{"step":{},"where":"{}","why":"{}","count":{},"detail":{},"trace_id":{}}})",
        core::json_string(f.step), to_label(f.what.where), to_label(f.what.why), f.count,
        core::json_string(f.detail), core::json_string(f.trace_id));
  });
  return fmt::format(
      R"({{"name":{},"scheduled":{},"passed":{},"failed":{},"missed":{{"overrun":{},"shutdown":{}}},)"
      R"("duration_seconds":{},"lag_seconds":{},"steps":{},"failures":{}}})",
      core::json_string(name), s.ledger.scheduled(), s.passed, s.failed,
      s.ledger.missed(missed_reason::overrun), s.ledger.missed(missed_reason::shutdown),
      sketch_json(s.took), sketch_json(s.lag), steps, failures);
}

std::string run_report::to_json() const {
  const char* verdicts[] = {"pass", "fail", "inconclusive"};
  const auto list = list_json(
      scenarios_, [](const auto& entry) { return scenario_json(entry.first, entry.second); });
  return fmt::format("{{\"verdict\":\"{}\",\"scenarios\":{}}}\n", verdicts[exit_code()], list);
}

}  // namespace probe
