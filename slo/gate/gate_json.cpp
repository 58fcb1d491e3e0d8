#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/gate/reports.hpp"
#include "slo/gate/words.hpp"

namespace slo {

namespace {

std::string failures_json(const gate_line& line) {
  core::json_list out;
  for (const auto& f : line.failures) {
    core::json_list traces;
    for (const auto& t : f.traces) traces.add(core::json_string(t));
    core::json_object one;
    one.text("what", f.what).text("detail", f.detail);
    if (f.count > 0) {
      one.count("count", f.count);
    } else {
      one.raw("count", "null");
    }
    out.add(one.raw("trace_ids", traces.take()).take());
  }
  return out.take();
}

std::string counts_json(const evidence& seen) {
  return core::json_object()
      .text("from", format_time(seen.from))
      .text("to", format_time(seen.to))
      .count("events", seen.counts.events)
      .count("bad_events", seen.counts.bad)
      .number("error_ratio", seen.counts.error_ratio())
      .number("coverage", seen.coverage)
      .text("problem", seen.problem)
      .take();
}

/// What the interval is of: `error_ratio`, `burn_rate` or `difference`.
const char* quantity(const gate_line& line) {
  switch (line.by) {
    case judged_by::members: return "burn_rate";
    case judged_by::baseline: return "difference";
    case judged_by::events:
    case judged_by::slices:
    case judged_by::nothing: break;
  }
  return "error_ratio";
}

std::string line_json(const gate_line& line) {
  const auto& o = line.what;
  const auto& seen = line.seen;
  const auto ratio = seen.counts.error_ratio();
  const std::string of = quantity(line);
  core::json_object out;
  out.text("id", o.id)
      .text("service", o.service)
      .text("name", o.name)
      .text("display_name", o.display_name)
      .text("verdict", to_label(line.decision))
      .text("reason", line.reason)
      .text("judged_by", to_label(line.by));
  if (!o.composite())
    out.raw("objective", o.target.to_string()).raw("error_budget", o.budget().to_string());
  out.number("allowed", line.allowed)
      .count("events", seen.counts.events)
      .count("bad_events", seen.counts.bad)
      .number("error_ratio", ratio)
      .number("times_budget", ratio && line.by != judged_by::baseline
                                  ? std::optional(*ratio / line.allowed)
                                  : std::nullopt)
      .number(of + "_low", line.interval.low)
      .number(of + "_high", line.interval.high)
      .number("coverage", seen.coverage)
      .raw("baseline", line.baseline ? counts_json(*line.baseline) : "null");
  if (line.events_to_pass) {
    out.count("events_to_pass", *line.events_to_pass);
  } else {
    out.raw("events_to_pass", "null");
  }
  return out.raw("failures", failures_json(line)).text("problem", seen.problem).take();
}

std::string freeze_json(const freeze_state& f) {
  core::json_list budgets;
  for (const auto& b : f.budgets)
    budgets.add(core::json_object()
                    .text("id", b.id)
                    .number("error_budget_remaining", b.left)
                    .text("problem", b.problem)
                    .take());
  return core::json_object()
      .boolean("spent", f.spent())
      .boolean("unknown", f.unknown())
      .boolean("overridden", f.override_reason.has_value())
      .raw("override_reason", f.override_reason ? core::json_string(*f.override_reason) : "null")
      .text("reason", freeze_text(f))
      .raw("budgets", budgets.take())
      .take();
}

}  // namespace

std::string gate_json(const gate_result& r) {
  core::json_list lines;
  for (const auto& line : r.lines) lines.add(line_json(line));
  return core::json_object()
      .text("format", "remora-gate")
      .count("version", 1)
      .text("verdict", to_label(r.overall))
      .text("reason", summary_of(r))
      .count("exit_code", r.exit_code())
      .text("evidence", to_label(r.evidence_says))
      .text("method", to_label(r.rules.method))
      .number("alpha", r.rules.alpha)
      .text("from", format_time(r.from))
      .text("to", format_time(r.to))
      .text("assumption", independence)
      .raw("freeze", r.freeze ? freeze_json(*r.freeze) : "null")
      .raw("objectives", lines.take())
      .take();
}

}  // namespace slo
