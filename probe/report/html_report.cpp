#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/html_text.hpp"
#include "core/page_template.hpp"
#include "core/web_assets.hpp"
#include "probe/report/html_parts.hpp"
#include "probe/report/reports.hpp"
#include "probe/report/time_text.hpp"

namespace probe {
namespace {

using core::html_text;

/// A page of a thousand scenarios is nobody's; the JSON has them all.
constexpr std::size_t most_spread_charts = 20;

std::string count_text(std::uint64_t n) {
  auto out = std::to_string(n);
  for (auto at = static_cast<long>(out.size()) - 3; at > 0; at -= 3)
    out.insert(static_cast<std::size_t>(at), "\u2009");
  return out;
}

std::string tile(const char* name, const std::string& value, const char* tone = "") {
  return fmt::format("<div class=\"tile {}\"><dt>{}</dt><dd>{}</dd></div>\n", tone, name,
                     html_text(value));
}

std::string tiles(const run_summary& s) {
  const double lasted = std::max(1e-3, core::seconds(s.lasted()));
  return "<dl class=\"tiles\">\n" + tile("passed", count_text(s.passed())) +
         tile("failed", count_text(s.failed()), s.failed() > 0 ? "bad" : "") +
         tile("missed", count_text(s.missed()), s.missed() > 0 ? "warn" : "") +
         tile("runs a second", fmt::format("{:.3g}", static_cast<double>(s.ran()) / lasted)) +
         tile("median", readable(s.took.quantile(0.5))) +
         tile("p95", readable(s.took.quantile(0.95))) +
         tile("p99", readable(s.took.quantile(0.99))) + tile("longest", readable(s.took.max())) +
         "</dl>\n";
}

std::string meta(const run_summary& s) {
  const auto started = rfc3339(s.started);
  std::string out = fmt::format(
      "<p class=\"meta\"><span><b>{}</b> <time datetime=\"{}\">{} UTC</time></span><span>lasted "
      "<b>{}</b></span><span>remora-probe <b>{}</b></span>",
      s.interrupted ? "interrupted" : "started", started,
      started.substr(0, 10) + " " + started.substr(11, 8), readable(s.lasted()),
      html_text(s.program_version));
  for (const auto& [name, value] : s.labels)
    if (name != "job")
      out += "<span>" + html_text(name) + " <b>" + html_text(value) + "</b></span>";
  return out + "</p>\n";
}

std::string head(const run_summary& s) {
  const auto decision = decide(s);
  return "<header>\n<h1>Probe run</h1>\n" +
         fmt::format(
             "<p class=\"verdict {0}\" role=\"status\"><strong>{0}</strong><span>{1}</span></p>\n",
             to_label(decision.verdict), html_text(decision.reason)) +
         meta(s) + "</header>\n";
}

std::string objectives(const slo::gate_result& gate) {
  std::string out =
      "<h2 id=\"objectives\">Objectives</h2>\n<div class=\"card "
      "scroll\"><table><thead><tr><th>objective</th>"
      "<th>verdict</th><th class=\"n\">events</th><th class=\"n\">bad</th><th>error ratio: shown, "
      "and allowed</th><th>reason</th></tr></thead><tbody>\n";
  for (const auto& line : gate.lines)
    fmt::format_to(std::back_inserter(out),
                   "<tr class=\"{0}\"><th scope=\"row\">{1}</th><td><span class=\"chip\">{0}</span>"
                   "</td><td class=\"n\">{2}</td><td class=\"n\">{3}</td><td>{4}</td>"
                   "<td class=\"detail\">{5}</td></tr>\n",
                   slo::to_label(line.decision), html_text(line.what.id),
                   count_text(static_cast<std::uint64_t>(line.seen.counts.events)),
                   count_text(static_cast<std::uint64_t>(line.seen.counts.bad)), interval_bar(line),
                   html_text(line.reason));
  return out + "</tbody></table></div>\n";
}

std::string failure_row(const std::string& scenario, const failure_group& f) {
  std::string traces;
  for (auto e = f.examples.rbegin(); e != f.examples.rend(); ++e)
    if (!e->trace_id.empty())
      traces += "<code title=\"" + html_text(rfc3339(e->intended)) + "\">" +
                html_text(e->trace_id) + "</code>";
  return fmt::format(
      "<tr><td class=\"n count-bad\">{}</td><th scope=\"row\">{}<br>{}</th><td><span class=\"chip "
      "fail\">{}</span></td><td><code>{}</code></td><td class=\"detail\">{}</td><td "
      "class=\"traces\">"
      "{}</td></tr>\n",
      count_text(f.count), html_text(scenario), html_text(f.step), to_label(f.what.where),
      to_label(f.what.why), html_text(f.examples.back().detail), traces);
}

std::string failures(const run_summary& s) {
  if (s.failed() == 0) return "";
  std::vector<std::pair<const std::string*, const failure_group*>> all;
  for (const auto& [name, scenario] : s.scenarios)
    for (const auto& f : scenario.failures) all.emplace_back(&name, &f);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second->count > b.second->count; });
  std::string out =
      "<h2 id=\"failures\">Failures</h2>\n<div class=\"card scroll\" tabindex=\"0\" "
      "role=\"region\" aria-label=\"Failures\"><table><thead><tr><th "
      "class=\"n\">count</th><th>scenario, step</th><th>where</th><th>why</th><th>what was "
      "seen</th>"
      "<th>traces, last first</th></tr></thead><tbody>\n";
  for (const auto& [name, f] : all) out += failure_row(*name, *f);
  return out + "</tbody></table></div>\n";
}

std::string step_row(const char* css, const std::string& name, std::uint64_t runs,
                     std::uint64_t failed, const duration_sketch& d, const std::string& phases) {
  const auto cell = [](core::duration of) { return "<td class=\"n\">" + readable(of) + "</td>"; };
  return fmt::format(
      "<tr class=\"{}\"><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n "
      "{}\">{}</td>{}{}"
      "{}{}<td>{}</td></tr>\n",
      css, html_text(name), count_text(runs), failed > 0 ? "count-bad" : "zero", count_text(failed),
      cell(d.quantile(0.5)), cell(d.quantile(0.95)), cell(d.quantile(0.99)), cell(d.max()), phases);
}

std::string steps(const scenario_summary& s) {
  core::duration longest{};
  for (const auto& step : s.steps) longest = std::max(longest, step.took.mean());
  std::string out =
      "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Steps\"><table><thead><tr><th>step</th><th "
      "class=\"n\">runs</th>"
      "<th class=\"n\">failed</th><th class=\"n\">p50</th><th class=\"n\">p95</th><th class=\"n\">"
      "p99</th><th class=\"n\">max</th><th>phases, mean</th></tr></thead><tbody>\n";
  out += step_row("whole", "whole run", s.ran(), s.failed, s.took, "");
  for (const auto& step : s.steps)
    out += step_row("", step.name, step.passed + step.failed, step.failed, step.took,
                    phase_bar(step, longest));
  out += step_row("zero", "started late by", s.ran(), 0, s.lag, "");
  return out + "</tbody></table></div>\n" + phase_legend() + "</div>\n";
}

std::string scenario(const std::string& name, const scenario_summary& s, bool chart) {
  std::string missed;
  for (std::size_t i = 0; i < missed_reason_count; ++i) {
    const auto reason = static_cast<missed_reason>(i);
    if (s.missed(reason) > 0)
      missed += fmt::format(" · {} missed ({})", count_text(s.missed(reason)), to_label(reason));
  }
  auto out = fmt::format("<section><h2>{}<small>{} of {} passed{}</small></h2>\n", html_text(name),
                         count_text(s.passed), count_text(s.ran()), missed);
  if (!s.description.empty()) out += "<p class=\"meta\">" + html_text(s.description) + "</p>\n";
  if (s.ran() == 0) return out + "<p class=\"card\">Nothing ran.</p></section>\n";
  out += steps(s);
  if (chart) out += spread_chart(name, s);
  return out + "</section>\n";
}

constexpr const char* footer =
    "<footer><p>Latency counts from the intended start of a run, whatever delayed it. Percentiles "
    "are exact to 1.6 %. A run counts at the time it was meant to start.</p></footer>\n";

}  // namespace

std::string html_report(const run_summary& s) {
  std::string body = "<div class=\"wrap\">\n" + head(s) + "<main id=\"main\">\n" + tiles(s);
  if (!s.over_time.bins().empty())
    body += "<h2>Over time</h2>\n<div class=\"pair\">\n" + latency_chart(s) + outcome_chart(s) +
            "</div>\n";
  if (s.gate) body += objectives(*s.gate);
  body += failures(s);
  std::size_t charts = 0;
  for (const auto& [name, one] : s.scenarios)
    body += scenario(name, one, charts++ < most_spread_charts);
  body += "</main>\n" + std::string(footer) + "</div>";
  return core::fill_template(core::web::report_html().content,
                             {{"title", std::string("Probe run: ") + to_label(decide(s).verdict)},
                              {"style", std::string(core::web::report_css().content)},
                              {"script", std::string(core::web::report_js().content)},
                              {"body", body}});
}

}  // namespace probe
