#include <algorithm>
#include <array>

#include "core/html_text.hpp"
#include "core/page_template.hpp"
#include "core/web_assets.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/number_text.hpp"
#include "slo/report/report.hpp"
#include "slo/report/report_charts.hpp"
#include "slo/report/weekly.hpp"

namespace slo {

namespace {

using core::html_text;

/// A page of a thousand charts is nobody's; the tables and the JSON have all objectives.
constexpr std::size_t most_charted = 100;
constexpr std::size_t most_chart_points = 180;

std::string number(const std::string& text) {
  return "<td class=\"n\">" + html_text(text) + "</td>";
}
std::string cell(const std::string& text) {
  return "<td class=\"detail\">" + html_text(text) + "</td>";
}
std::string row_head(const std::string& text) {
  return "<th scope=\"row\">" + html_text(text) + "</th>";
}

/// A table in a card that scrolls by itself; `n` in front of a heading makes its column a number's.
std::string table(const std::string& label, std::initializer_list<const char*> heads,
                  const std::string& rows) {
  std::string out = "<div class=\"card scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" +
                    html_text(label) + "\"><table><thead><tr>";
  for (const std::string_view head : heads) {
    const bool number = head.starts_with('#');
    out += number ? "<th class=\"n\" scope=\"col\">" : "<th scope=\"col\">";
    out += std::string(head.substr(number ? 1 : 0)) + "</th>";
  }
  return out + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

const char* state_text(budget_state s) {
  switch (s) {
    case budget_state::ok: return "within budget";
    case budget_state::burning: return "burning too fast";
    case budget_state::spent: return "budget spent";
    case budget_state::no_data: return "no data";
  }
  return "no data";
}

std::string chip(const objective_status& s) {
  return std::string("<span class=\"chip ") + to_label(s.state()) + "\">" + state_text(s.state()) +
         "</span>";
}

std::optional<double> good_share(const std::optional<double>& error_ratio) {
  if (!error_ratio) return std::nullopt;
  return 1 - *error_ratio;
}

/// The worst state there is, and how many objectives are in each.
std::string verdict(const report& r) {
  constexpr std::array order{budget_state::spent, budget_state::no_data, budget_state::burning,
                             budget_state::ok};
  const char* worst = nullptr;
  std::string text;
  for (const auto state : order) {
    const auto count = std::count_if(r.slos.begin(), r.slos.end(),
                                     [&](const auto& s) { return s.state() == state; });
    if (count == 0) continue;
    if (!worst) worst = to_label(state);
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + state_text(state);
  }
  if (!worst) worst = to_label(budget_state::no_data);
  return std::string("<p class=\"verdict ") + worst + "\" role=\"status\"><strong>" +
         std::to_string(r.slos.size()) + (r.slos.size() == 1 ? " objective" : " objectives") +
         "</strong><span>" + text + "</span></p>\n";
}

std::string head(const report& r) {
  return "<header>\n<h1>SLO report</h1>\n" + verdict(r) +
         "<p class=\"meta\"><span>as of <b><time datetime=\"" + format_time(r.at) + "\">" +
         minute_text(r.at) + " UTC</time></b></span><span>from <b>" + html_text(r.prometheus) +
         "</b></span></p>\n</header>\n";
}

std::string overview(const report& r) {
  std::string rows;
  for (const auto& s : r.slos) {
    const auto used = used_of(s.seen);
    rows += "<tr><th scope=\"row\"><a href=\"#" + html_text(s.what.id) + "\">" +
            html_text(s.what.id) + "</a></th><td>" + chip(s) + "</td>" +
            number(s.what.composite() ? nothing_text : percent_text(s.what.target.to_double())) +
            number(shown(good_share(error_ratio(s.seen)), share_text)) +
            number(shown(budget_left(s.what, s.seen), percent_text)) +
            number(s.corrected ? shown(s.left(), percent_text) : nothing_text) +
            number(shown(recent_burn_rate(s.what, s.seen), burn_text)) +
            number(amount_text(used.total, s.seen.unit)) +
            number(s.what.composite() ? nothing_text : amount_text(used.bad)) +
            number(percent_text(s.seen.coverage)) + "</tr>\n";
  }
  return "<h2>Objectives</h2>\n" +
         table("Objectives",
               {"objective", "state", "#asked for", "#SLI", "#budget left", "#with corrections",
                "#burn rate, 5 min", "#total", "#bad", "#coverage"},
               rows);
}

std::string error_text(const seen_error& e) {
  return shown(e.used.error_ratio(), error_share_text) + " (" + error_share_text(e.interval.low) +
         " to " + error_share_text(e.interval.high) + ")";
}

std::string views(const report& r) {
  if (r.views.empty()) return {};
  std::string rows;
  for (const auto& v : r.views) {
    rows += "<tr>" + row_head(v.service) + cell(span_text(v.from, v.to)) +
            cell(v.outside_id + ": " + error_text(v.outside)) +
            cell(v.inside_id + ": " + error_text(v.inside)) + cell(v.reason) + "</tr>\n";
    for (const auto& p : v.periods) {
      rows +=
          "<tr><td></td>" + cell(span_text(p.from, p.to)) + cell(error_text(p.outside)) +
          cell(error_text(p.inside)) +
          cell(p.what == disagreement::outside_worse ? "worse from outside" : "worse from inside") +
          "</tr>\n";
    }
  }
  return "<h2>From outside and from inside</h2>\n" +
         table("Black-box beside white-box",
               {"service", "when (UTC)", "error ratio by probes", "error ratio by the sidecar",
                "what it means"},
               rows);
}

std::string weeks(const report& r) {
  if (!r.weekly) return {};
  std::string rows;
  for (const auto& w : compare_weeks(r)) {
    rows += "<tr>" + row_head(w.of->what.id) + number(shown(w.now.burn_rate, burn_text)) +
            number(shown(w.before.burn_rate, burn_text)) +
            number(shown(w.now.budget_spent, percent_text)) +
            number(shown(w.before.budget_spent, percent_text)) +
            number(amount_text(w.now.used.bad)) + number(amount_text(w.before.used.bad)) +
            number(percent_text(w.now.coverage)) + "</tr>\n";
  }
  return "<h2>Week over week <small>without corrections</small></h2>\n" +
         table("Week over week",
               {"objective", "#burn rate", "#week before", "#budget spent", "#week before", "#bad",
                "#week before", "#coverage"},
               rows);
}

std::string tile(const char* name, const std::string& value) {
  return std::string("<div class=\"tile\"><dt>") + name + "</dt><dd>" + html_text(value) +
         "</dd></div>\n";
}

std::string tiles(const objective_status& s) {
  std::string out = "<dl class=\"tiles\">\n" +
                    tile("budget left", shown(budget_left(s.what, s.seen), percent_text));
  if (s.corrected) out += tile("with corrections", shown(s.left(), percent_text));
  if (!s.what.composite()) {
    out += tile("SLI", shown(good_share(error_ratio(s.seen)), share_text)) +
           tile("asked for", percent_text(s.what.target.to_double()));
  }
  return out + tile("burn rate, period", shown(burn_rate(s.what, s.seen), burn_text)) +
         tile("coverage", percent_text(s.seen.coverage)) +
         tile("observed", format_span(s.seen.observed_seconds)) + "</dl>\n";
}

std::string worst(const objective_status& s, const history& past) {
  std::string rows;
  for (const auto& p : worst_periods(s.what, past, 5)) {
    rows += "<tr>" + row_head(span_text(p.from, p.to)) + number(percent_text(p.budget_spent)) +
            number(burn_text(p.highest_burn_rate)) + number(amount_text(p.used.bad)) +
            number(amount_text(p.used.total, past.unit)) + "</tr>\n";
  }
  if (rows.empty()) return {};
  return table("Worst periods of " + s.what.id,
               {"worst periods (UTC)", "#budget spent", "#highest burn rate", "#bad", "#total"},
               rows);
}

std::string corrections(const objective_status& s) {
  if (!s.corrected) return {};
  std::string rows;
  for (const auto& c : s.corrected->applied) {
    rows += "<tr>" + row_head(span_text(c.from, c.to)) + cell(to_label(c.what.kind)) +
            cell(c.what.by) + cell(c.what.why) + number(amount_text(c.taken.total, s.seen.unit)) +
            number(amount_text(c.taken.bad)) + "</tr>\n";
  }
  return table("Corrections of " + s.what.id,
               {"corrections (UTC)", "kind", "by", "why", "#taken out", "#bad"}, rows);
}

std::string notes(const objective_status& s) {
  std::string out;
  for (const auto& note : notes_of(s)) out += "<li>" + html_text(note) + "</li>\n";
  return out.empty() ? out : "<ul class=\"notes\">\n" + out + "</ul>\n";
}

std::string section(const objective_status& s, bool charted) {
  std::string out = "<section id=\"" + html_text(s.what.id) + "\"><h2>" +
                    html_text(s.what.display_name) + "<small>" + html_text(s.what.service) + " / " +
                    html_text(s.what.id) + ", " + html_text(s.what.period.label) +
                    "</small></h2>\n<p>" + chip(s) + "</p>\n";
  if (!s.what.description.empty()) {
    out += "<p class=\"meta\">" + html_text(s.what.description) + "</p>\n";
  }
  out += tiles(s) + notes(s);
  if (const auto past = s.period_past(); past && !past->points.empty()) {
    const auto drawn = coarser(*past, most_chart_points);
    if (charted) {
      out += "<div class=\"pair\" style=\"margin-top:1rem\">\n" + burn_down_chart(s, drawn) +
             burn_rate_chart(s, drawn) + coverage_chart(s, drawn) + "</div>\n";
    }
    out += worst(s, *past);
  }
  return out + corrections(s) + "</section>\n";
}

constexpr const char* footer =
    "<footer><p>A burn rate of 1 spends the budget exactly within its period. Charts are without "
    "corrections; the stretches that those exclude are shaded. Intervals hold with 95 % "
    "confidence. No data is never good.</p></footer>\n";

}  // namespace

std::string report_html(const report& r) {
  std::string body = "<div class=\"wrap\">\n" + head(r) + "<main id=\"main\">\n" + overview(r) +
                     views(r) + weeks(r);
  std::size_t charted = 0;
  for (const auto& s : r.slos) body += section(s, charted++ < most_charted);
  body += "</main>\n" + std::string(footer) + "</div>";
  return core::fill_template(core::web::report_html().content,
                             {{"title", "SLO report, " + minute_text(r.at)},
                              {"style", std::string(core::web::report_css().content)},
                              {"script", std::string(core::web::report_js().content)},
                              {"body", body}});
}

}  // namespace slo
