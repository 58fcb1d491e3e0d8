#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/report.hpp"
#include "slo/report/weekly.hpp"

namespace slo {

namespace {

using core::json_list;
using core::json_object;

std::optional<double> good_share(const std::optional<double>& error_ratio) {
  if (!error_ratio) return std::nullopt;
  return 1 - *error_ratio;
}

std::string text_list(const std::vector<std::string>& texts) {
  json_list out;
  for (const auto& text : texts) out.add(core::json_string(text));
  return out.take();
}

std::string applied_json(const applied_correction& c) {
  auto out = json_object();
  out.text("kind", to_label(c.what.kind))
      .text("from", format_time(c.from))
      .text("to", format_time(c.to))
      .text("by", c.what.by)
      .text("why", c.what.why)
      .boolean("whole_window", !c.what.forgive)
      .number("total", c.taken.total)
      .number("bad", c.taken.bad)
      .text("problem", c.problem)
      .text("file", c.what.file)
      .count("line", c.what.line);
  return out.take();
}

std::string corrected_json(const objective_status& s) {
  if (!s.corrected) return "null";
  json_list each;
  for (const auto& c : s.corrected->applied) each.add(applied_json(c));
  const auto ratio = s.corrected->used.error_ratio();
  return json_object()
      .number("sli", good_share(ratio))
      .number("error_ratio", ratio)
      .number("error_budget_remaining", s.left())
      .number("burn_rate", burn_rate(s.what, *s.corrected))
      .number("total", s.corrected->used.total)
      .number("bad", s.corrected->used.bad)
      .boolean("excluded_now", s.corrected->covers_now)
      .raw("corrections", each.take())
      .take();
}

std::string worst_json(const objective& o, const history& of) {
  json_list out;
  for (const auto& p : worst_periods(o, of, 5)) {
    out.add(json_object()
                .text("from", format_time(p.from))
                .text("to", format_time(p.to))
                .number("total", p.used.total)
                .number("bad", p.used.bad)
                .number("budget_spent", p.budget_spent)
                .number("highest_burn_rate", p.highest_burn_rate)
                .take());
  }
  return out.take();
}

std::string seen_json(const std::string& id, const seen_error& e) {
  return json_object()
      .text("id", id)
      .number("events", e.used.total)
      .number("bad_events", e.used.bad)
      .number("error_ratio", e.used.error_ratio())
      .number("low", e.interval.low)
      .number("high", e.interval.high)
      .take();
}

std::string view_json(const view_comparison& v) {
  json_list periods;
  for (const auto& p : v.periods) {
    periods.add(json_object()
                    .text("from", format_time(p.from))
                    .text("to", format_time(p.to))
                    .text("disagreement", to_label(p.what))
                    .raw("black_box", seen_json(v.outside_id, p.outside))
                    .raw("white_box", seen_json(v.inside_id, p.inside))
                    .take());
  }
  return json_object()
      .text("service", v.service)
      .text("from", format_time(v.from))
      .text("to", format_time(v.to))
      .text("disagreement", to_label(v.what))
      .text("reason", v.reason)
      .raw("black_box", seen_json(v.outside_id, v.outside))
      .raw("white_box", seen_json(v.inside_id, v.inside))
      .raw("periods", periods.take())
      .take();
}

std::string week_json(const week& w) {
  return json_object()
      .number("total", w.used.total)
      .number("bad", w.used.bad)
      .number("error_ratio", w.used.error_ratio())
      .number("burn_rate", w.burn_rate)
      .number("budget_spent", w.budget_spent)
      .number("coverage", w.coverage)
      .take();
}

std::string weeks_json(const report& r) {
  json_list out;
  for (const auto& w : compare_weeks(r)) {
    out.add(json_object()
                .text("id", w.of->what.id)
                .raw("week", week_json(w.now))
                .raw("week_before", week_json(w.before))
                .take());
  }
  return out.take();
}

}  // namespace

std::string history_json(const objective& o, const history& of) {
  json_list points;
  const auto left = burn_down(o, of);
  for (std::size_t i = 0; i < of.points.size(); ++i) {
    const auto& p = of.points[i];
    points.add(json_object()
                   .text("at", format_time(p.at))
                   .number("total", p.used.total)
                   .number("bad", p.used.bad)
                   .number("burn_rate", p.burn_rate)
                   .number("coverage", p.coverage)
                   .number("error_budget_remaining", left[i])
                   .take());
  }
  return json_object()
      .number("step_seconds", static_cast<double>(of.step) / 1000)
      .text("source", to_label(of.source))
      .text("unit", to_label(of.unit))
      .text("problem", of.problem)
      .raw("points", points.take())
      .take();
}

std::string status_json(const objective_status& s) {
  const auto& o = s.what;
  const auto& seen = s.seen;
  const auto ratio = error_ratio(seen);
  const auto used = used_of(seen);
  const auto seen_from = view_of(o);
  json_object out;
  out.text("id", o.id)
      .text("service", o.service)
      .text("name", o.name)
      .text("display_name", o.display_name)
      .text("description", o.description)
      .text("state", to_label(s.state()))
      .raw("objective", o.composite() ? "null" : o.target.to_string())
      .raw("error_budget", o.composite() ? "null" : o.budget().to_string())
      .text("period", o.period.label)
      .text("source", to_label(seen.source))
      .text("from", format_time(seen.from))
      .text("to", format_time(seen.to))
      .number("observed_seconds", seen.observed_seconds)
      .text("unit", to_label(seen.unit))
      .count("events", seen.counts.events)
      .count("bad_events", seen.counts.bad)
      .number("total", used.total)
      .number("bad", used.bad)
      .number("sli", good_share(ratio))
      .number("error_ratio", ratio)
      .number("error_budget_remaining", budget_left(o, seen))
      .number("burn_rate", burn_rate(o, seen))
      .number("burn_rate_5m", recent_burn_rate(o, seen))
      .count("events_5m", seen.recent.events)
      .number("coverage", seen.coverage)
      .count("resets", seen.resets)
      .count("unknown_starts", seen.unknown_starts)
      .text("view", seen_from ? to_label(*seen_from) : "")
      .text("part_of", o.part_of)
      .raw("corrected", corrected_json(s))
      .raw("notes", text_list(notes_of(s)))
      .text("problem", seen.problem);
  if (const auto past = s.period_past()) {
    out.raw("worst_periods", worst_json(o, *past)).raw("history", history_json(o, *past));
  }
  return out.take();
}

std::string report_json(const report& r) {
  json_list slos, views;
  for (const auto& s : r.slos) slos.add(status_json(s));
  for (const auto& v : r.views) views.add(view_json(v));
  json_object out;
  out.text("at", format_time(r.at))
      .text("prometheus", r.prometheus)
      .raw("slos", slos.take())
      .raw("views", views.take());
  if (r.weekly) out.raw("weeks", weeks_json(r));
  return out.take();
}

}  // namespace slo
