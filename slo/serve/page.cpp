#include "slo/serve/page.hpp"

#include "core/html_text.hpp"
#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/model/windows.hpp"
#include "slo/serve/probe_timeline.hpp"
#include "slo/serve/web_assets.hpp"

namespace slo {

namespace {

using core::html_text;

const char* state_text(budget_state s) {
  switch (s) {
    case budget_state::ok: return "within budget";
    case budget_state::burning: return "burning too fast";
    case budget_state::spent: return "budget spent";
    case budget_state::no_data: return "no data";
  }
  return "no data";
}

std::string cell(const std::string& text) {
  return "<td>" + html_text(text) + "</td>";
}

std::string row(const objective_status& s) {
  const auto left = s.left();
  const std::string state = to_label(s.state());
  const std::string note = s.seen.problem.empty() ? "" : ": " + s.seen.problem;
  return "<tr class=\"" + state + "\"><th scope=\"row\">" + html_text(s.what.display_name) +
         " <small>" + html_text(s.what.service + " / " + s.what.id) + "</small></th>" +
         cell(state_text(s.state()) + note) + cell(left ? percent_text(*left) : "-") +
         cell(percent_text(s.seen.coverage)) + cell(s.what.period.label) + "</tr>\n";
}

std::string plain_table(const report& r) {
  std::string out =
      "<table>\n<thead><tr><th scope=\"col\">Objective</th><th scope=\"col\">State</th>"
      "<th scope=\"col\">Budget left</th><th scope=\"col\">Coverage</th>"
      "<th scope=\"col\">Period</th></tr></thead>\n<tbody>\n";
  for (const auto& s : r.slos) out += row(s);
  return out + "</tbody>\n</table>\n";
}

std::string old_numbers(const page_state& state) {
  return "Prometheus does not answer: " + state.problem +
         (state.last ? ". The numbers are of " + format_time(state.last->at) : "");
}

std::string plain_body(const page_state& state) {
  std::string out;
  if (state.stale()) {
    out += "<p class=\"banner\" role=\"alert\">" + html_text(old_numbers(state)) + ".</p>\n";
  }
  if (!state.last) return out + "<p>There are no numbers yet.</p>\n";
  const auto at = format_time(state.last->at);
  return out + "<p class=\"quiet\">As of <time datetime=\"" + at + "\">" + at + "</time>, from " +
         html_text(state.last->prometheus) + "</p>\n" + plain_table(state.shown());
}

std::string alerts_json(const objective& o) {
  core::json_list out;
  for (const auto& w : alert_windows(o.period_minutes())) {
    out.add(core::json_object()
                .text("severity", to_label(w.level))
                .raw("factor", w.factor.to_string())
                .count("long_minutes", w.long_minutes)
                .count("short_minutes", w.short_minutes)
                .take());
  }
  return out.take();
}

}  // namespace

report page_state::shown() const {
  auto out = *last;
  if (!stale()) return out;
  for (auto& s : out.slos) {
    s.seen.problem = "the numbers are of " + format_time(last->at) + ", Prometheus does not answer";
  }
  return out;
}

std::string slos_json(const page_state& state, double refresh_seconds) {
  auto out = report_json(state.shown());
  out.back() = ',';  // what a report says, and how old it is
  return out +
         core::json_object()
             .boolean("stale", state.stale())
             .text("problem", state.problem)
             .number("refresh_seconds", refresh_seconds)
             .take()
             .substr(1) +
         "\n";
}

std::string slo_json(const page_state& state, std::string_view id) {
  for (const auto& s : state.shown().slos) {
    if (s.what.id != id) continue;
    const auto scenario = scenario_of(s.what);
    return core::json_object()
               .text("at", format_time(state.last->at))
               .boolean("stale", state.stale())
               .text("problem", state.problem)
               .raw("slo", status_json(s))
               .raw("scenario", scenario.empty() ? "null" : core::json_string(scenario))
               .raw("alerts", alerts_json(s.what))
               .take() +
           "\n";
  }
  return {};
}

std::string plain_html(const page_state& state) {
  constexpr std::string_view place = "{{table}}";
  const auto page = web::plain_html().content;
  const auto at = page.find(place);
  return std::string(page.substr(0, at)) + plain_body(state) +
         std::string(page.substr(at + place.size()));
}

}  // namespace slo
