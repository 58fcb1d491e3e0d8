#include "probe/report/failures.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "core/log.hpp"

namespace probe {
namespace {

class json_object {
 public:
  json_object& add(std::string_view key, std::string_view text) {
    return raw(key, core::json_string(text));
  }
  json_object& add(std::string_view key, core::duration d) {
    std::string number;
    core::append_json_number(number, core::seconds(d));
    return raw(key, number);
  }
  json_object& raw(std::string_view key, std::string_view json) {
    if (!out_.empty()) out_ += ',';
    core::append_json_string(out_, key);
    out_.append(":").append(json);
    return *this;
  }
  std::string done() const { return "{" + out_ + "}"; }

 private:
  std::string out_;
};

std::string step_json(const step_result& step, const scenario& s) {
  json_object phases;
  for (std::size_t p = 0; p < phase_count; ++p)
    if (const auto& took = step.phases[static_cast<phase>(p)])
      phases.add(to_label(static_cast<phase>(p)), *took);
  json_object server;
  for (const auto& entry : step.timing.entries())
    if (entry.took) server.add(entry.name, *entry.took);
  json_object out;
  out.add("step", s.at(step.index).name).add("outcome", to_label(step.outcome));
  if (step.outcome == step_outcome::skipped) return out.done();
  out.add("method", step.method).add("url", step.url).add("peer", step.peer);
  out.raw("status", std::to_string(step.status)).raw("attempts", std::to_string(step.attempts));
  out.add("duration_seconds", step.took());
  out.raw("phases", phases.done()).raw("server_timing", server.done());
  if (step.failure)
    out.add("where", to_label(step.failure->where))
        .add("why", to_label(step.failure->why))
        .add("detail", step.detail);
  return out.done();
}

}  // namespace

std::string failure_json(const run_result& result, const core::wall_clock& wall) {
  const auto& failed = *result.failure();
  std::string steps;
  for (const auto& step : result.steps)
    steps += (steps.empty() ? "" : ",") + step_json(step, *result.scenario);
  json_object out;
  out.add("scenario", result.scenario->name)
      .add("intended", rfc3339(wall.unix_nanos(result.intended)))
      .add("lag_seconds", result.lag())
      .add("duration_seconds", result.took())
      .add("step", result.scenario->at(failed.index).name)
      .add("where", to_label(failed.failure->where))
      .add("why", to_label(failed.failure->why))
      .add("detail", failed.detail);
  if (result.context) out.add("trace_id", result.context.trace.hex());
  out.raw("steps", "[" + steps + "]");
  return out.done();
}

void failures::note(const run_result& result) {
  if (result.passed()) return;
  kept_.push_back(failure_json(result, wall_));
  if (kept_.size() > keep_) kept_.pop_front();
}

std::string failures::to_json() const {
  std::string list;
  for (const auto& one : kept_) list += (list.empty() ? "\n" : ",\n") + one;
  return "{\"failures\":[" + list + "]}\n";
}

void log_failure(const run_result& result, core::logger& log) {
  const auto* failed = result.failure();
  if (!failed) return;
  log.warning("run failed",
              {{"scenario", result.scenario->name},
               {"step", result.scenario->at(failed->index).name},
               {"where", to_label(failed->failure->where)},
               {"why", to_label(failed->failure->why)},
               {"detail", failed->detail},
               {"duration_seconds", core::seconds(result.took())}},
              result.context ? &result.context : nullptr);
}

}  // namespace probe
