#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "probe/report/reports.hpp"
#include "probe/report/time_text.hpp"
#include "slo/gate/reports.hpp"

namespace probe {
namespace {

using core::json_list;
using core::json_object;

std::int64_t whole(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

std::string sketch_json(const duration_sketch& d) {
  return json_object()
      .count("count", whole(d.count()))
      .number("mean", core::seconds(d.mean()))
      .number("p50", core::seconds(d.quantile(0.5)))
      .number("p90", core::seconds(d.quantile(0.9)))
      .number("p95", core::seconds(d.quantile(0.95)))
      .number("p99", core::seconds(d.quantile(0.99)))
      .number("max", core::seconds(d.max()))
      .take();
}

std::string step_json(const step_summary& step) {
  json_object phases;
  for (std::size_t p = 0; p < phase_count; ++p)
    if (step.phases[p].count() > 0)
      phases.raw(to_label(static_cast<phase>(p)), sketch_json(step.phases[p]));
  return json_object()
      .text("name", step.name)
      .count("passed", whole(step.passed))
      .count("failed", whole(step.failed))
      .count("skipped", whole(step.skipped))
      .raw("duration_seconds", sketch_json(step.took))
      .raw("phases", phases.take())
      .take();
}

std::string group_json(const failure_group& f) {
  json_list examples;
  for (const auto& e : f.examples)
    examples.add(json_object()
                     .text("trace_id", e.trace_id)
                     .text("detail", e.detail)
                     .text("intended", rfc3339(e.intended))
                     .number("duration_seconds", core::seconds(e.took))
                     .take());
  return json_object()
      .text("step", f.step)
      .text("where", to_label(f.what.where))
      .text("why", to_label(f.what.why))
      .count("count", whole(f.count))
      .text("detail", f.examples.back().detail)
      .text("trace_id", f.examples.back().trace_id)
      .raw("examples", examples.take())
      .take();
}

std::string scenario_json(const std::string& name, const scenario_summary& s) {
  json_object missed;
  for (std::size_t i = 0; i < missed_reason_count; ++i) {
    const auto reason = static_cast<missed_reason>(i);
    missed.count(to_label(reason), whole(s.missed(reason)));
  }
  json_list steps, failures;
  for (const auto& step : s.steps) steps.add(step_json(step));
  for (const auto& f : s.failures) failures.add(group_json(f));
  return json_object()
      .text("name", name)
      .count("scheduled", whole(s.scheduled()))
      .count("passed", whole(s.passed))
      .count("failed", whole(s.failed))
      .raw("missed", missed.take())
      .raw("duration_seconds", sketch_json(s.took))
      .raw("lag_seconds", sketch_json(s.lag))
      .raw("steps", steps.take())
      .raw("failures", failures.take())
      .take();
}

std::string timeline_json(const timeline& t) {
  json_list bins;
  for (const auto& bin : t.bins())
    bins.add(json_object()
                 .count("passed", whole(bin.passed))
                 .count("failed", whole(bin.failed))
                 .count("missed", whole(bin.missed))
                 .number("p50", core::seconds(bin.took.quantile(0.5)))
                 .number("p95", core::seconds(bin.took.quantile(0.95)))
                 .number("p99", core::seconds(bin.took.quantile(0.99)))
                 .number("max", core::seconds(bin.took.max()))
                 .take());
  return json_object()
      .number("bin_seconds", core::seconds(t.width()))
      .raw("bins", bins.take())
      .take();
}

std::string counters_json(const run_summary& s) {
  json_list out;
  for (const auto& one : s.counters) {
    json_object labels;
    std::string_view name;
    for (const auto& [key, value] : one.labels) {
      if (key == "__name__")
        name = value;
      else
        labels.text(key, value);
    }
    out.add(json_object()
                .text("name", name)
                .raw("labels", labels.take())
                .count("value", one.value)
                .take());
  }
  return out.take();
}

}  // namespace

std::string json_report(const run_summary& s) {
  const auto decision = decide(s);
  json_object labels;
  for (const auto& [key, value] : s.labels) labels.text(key, value);
  json_list scenarios, metrics;
  for (const auto& [name, scenario] : s.scenarios) scenarios.add(scenario_json(name, scenario));
  for (const auto& name : s.metrics) metrics.add(core::json_string(name));
  return json_object()
             .text("format", "remora-run")
             .count("version", 1)
             .text("verdict", to_label(decision.verdict))
             .text("reason", decision.reason)
             .count("exit_code", decision.exit_code())
             .text("program_version", s.program_version)
             .text("started", rfc3339(s.started))
             .text("ended", rfc3339(s.ended))
             .boolean("interrupted", s.interrupted)
             .raw("labels", labels.take())
             .count("scheduled", whole(s.scheduled()))
             .count("ran", whole(s.ran()))
             .count("passed", whole(s.passed()))
             .count("failed", whole(s.failed()))
             .count("missed", whole(s.missed()))
             .raw("duration_seconds", sketch_json(s.took))
             .raw("scenarios", scenarios.take())
             .raw("timeline", timeline_json(s.over_time))
             .raw("gate", s.gate ? slo::gate_json(*s.gate) : "null")
             .raw("metrics", metrics.take())
             .raw("counters", counters_json(s))
             .take() +
         "\n";
}

}  // namespace probe
