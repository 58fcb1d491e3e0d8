#include "slo/serve/page.hpp"

#include <algorithm>
#include <cstdio>

#include "core/html_text.hpp"
#include "slo/commands/time_text.hpp"
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

std::string fact(const std::string& name, const std::string& value) {
  return "<div><dt>" + name + "</dt><dd>" + html_text(value) + "</dd></div>\n";
}

std::string number_text(const std::optional<double>& value) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", *value);
  return text;
}

/// The budget that is left as a bar; an overspent one is empty.
std::string meter(double left) {
  char text[160];
  const double shown = std::clamp(left, 0.0, 1.0);
  std::snprintf(text, sizeof text,
                "<meter min=\"0\" max=\"1\" value=\"%.4f\" aria-label=\"error budget left\">%.0f %%"
                "</meter>\n",
                shown, shown * 100);
  return text;
}

std::string facts(const objective_status& s) {
  const auto& seen = s.seen;
  const auto ratio = seen.counts.error_ratio();
  return "<dl>\n" + fact("Objective", percent_text(s.what.target.to_double())) +
         fact("Period", s.what.period.label) + fact("SLI", ratio ? share_text(1 - *ratio) : "-") +
         fact("Burn rate, 5 min", number_text(burn_rate(s.what, seen.recent))) +
         fact("Events", std::to_string(seen.counts.events)) +
         fact("Bad", std::to_string(seen.counts.bad)) +
         fact("Coverage", percent_text(seen.coverage)) +
         fact("Observed", format_span(seen.observed_seconds)) + "</dl>\n";
}

std::string card(const objective_status& s) {
  const auto left = budget_left(s.what, s.seen.counts);
  const std::string state = to_label(s.state());
  std::string out = "<article class=\"card " + state + "\" data-slo=\"" + html_text(s.what.id) +
                    "\">\n<div class=\"top\"><div><h2>" + html_text(s.what.display_name) +
                    "</h2>\n<p class=\"id\">" + html_text(s.what.service) + " / " +
                    html_text(s.what.id) + "</p></div>\n<span class=\"state\">" +
                    state_text(s.state()) + "</span></div>\n<p class=\"left\"><strong>" +
                    (left ? percent_text(*left) : "-") +
                    "</strong> <span>of the error budget left</span></p>\n";
  out += meter(left.value_or(0)) + facts(s);
  if (!s.what.description.empty()) {
    out += "<p class=\"description\">" + html_text(s.what.description) + "</p>\n";
  }
  if (!s.seen.problem.empty()) {
    out += "<p class=\"problem\">" + html_text(s.seen.problem) + "</p>\n";
  }
  return out + "</article>\n";
}

}  // namespace

std::string cards_html(const page_state& state) {
  std::string out;
  if (!state.problem.empty()) {
    out += "<p class=\"banner\" role=\"alert\">Prometheus does not answer: " +
           html_text(state.problem) +
           (state.last ? ". The numbers are of " + format_time(state.last->at) : "") + ".</p>\n";
  }
  if (!state.last) return out + "<p class=\"as-of\">There are no numbers yet.</p>\n";
  out += "<p class=\"as-of\">As of <time datetime=\"" + format_time(state.last->at) + "\">" +
         format_time(state.last->at) + "</time>, from " + html_text(state.last->prometheus) +
         "</p>\n<div class=\"grid\">\n";
  for (const auto& s : state.last->slos) out += card(s);
  return out + "</div>\n";
}

std::string page_html(const page_state& state) {
  constexpr std::string_view place = "{{cards}}";
  const auto page = web::page_html().content;
  const auto at = page.find(place);
  return std::string(page.substr(0, at)) + cards_html(state) +
         std::string(page.substr(at + place.size()));
}

}  // namespace slo
