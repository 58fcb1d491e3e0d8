#include "probe/engine/run_spans.hpp"

#include <algorithm>

namespace probe {
namespace {

core::span step_span(const step_result& step, const run_result& run, const core::wall_clock& wall) {
  core::span out;
  out.context = step.context;
  out.parent = run.context.span;
  out.kind = core::span_kind::client;
  const auto& name = run.scenario->at(step.index).name;
  out.name = step.method + " " + name;
  out.start = wall.unix_nanos(step.start);
  out.end = wall.unix_nanos(step.end);
  auto& a = out.attributes;
  if (run.is_signed) a.push_back({"user_agent.synthetic.type", std::string("test")});
  a.push_back({"remora.probe.scenario", run.scenario->name});
  a.push_back({"remora.probe.step", name});
  a.push_back({"remora.probe.attempts", std::int64_t{step.attempts}});
  a.push_back({"http.request.method", step.method});
  a.push_back({"url.full", step.url});
  if (!step.peer.empty()) a.push_back({"network.peer.address", step.peer});
  if (step.status > 0) a.push_back({"http.response.status_code", std::int64_t{step.status}});
  for (std::size_t p = 0; p < phase_count; ++p)
    if (const auto& took = step.phases[static_cast<phase>(p)])
      a.push_back({std::string("remora.probe.phase.") + to_label(static_cast<phase>(p)),
                   core::seconds(*took)});
  if (step.failure) {
    out.error = true;
    out.error_message = step.detail;
    a.push_back({"error.type", std::string(to_label(step.failure->why))});
    a.push_back({"remora.probe.where", std::string(to_label(step.failure->where))});
  }
  return out;
}

core::span run_span(const run_result& run, const core::wall_clock& wall) {
  core::span out;
  out.context = run.context;
  out.kind = core::span_kind::internal;
  out.name = "probe " + run.scenario->name;
  out.start = wall.unix_nanos(run.start);
  out.end = wall.unix_nanos(run.steps.empty() ? run.end : std::max(run.end, run.steps.back().end));
  auto& a = out.attributes;
  a.push_back({"remora.probe.scenario", run.scenario->name});
  a.push_back({"remora.probe.lag", core::seconds(run.lag())});
  if (const auto* failed = run.failure()) {
    out.error = true;
    out.error_message = run.scenario->at(failed->index).name + ": " + failed->detail;
    a.push_back({"error.type", std::string(to_label(failed->failure->why))});
    a.push_back({"remora.probe.where", std::string(to_label(failed->failure->where))});
  }
  return out;
}

}  // namespace

void record_spans(const run_result& result, const core::wall_clock& wall, core::span_sink& sink) {
  if (!result.context) return;
  for (const auto& step : result.steps)
    if (step.outcome != step_outcome::skipped) sink.accept(step_span(step, result, wall));
  sink.accept(run_span(result, wall));
}

}  // namespace probe
