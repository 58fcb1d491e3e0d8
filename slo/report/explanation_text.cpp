#include <algorithm>

#include "core/json_text.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/explanation.hpp"
#include "slo/report/number_text.hpp"
#include "slo/report/report.hpp"

namespace slo {

namespace {

constexpr std::size_t most_lines = 20;  // of series, resets and gaps each; the JSON has all

std::string number(double value) {
  std::string out;
  core::append_json_number(out, value);
  return out;
}

std::string at_text(const sample& s) {
  return number(s.value) + " at " + format_time(s.at);
}

std::string more(std::size_t all) {
  return all > most_lines ? "      and " + std::to_string(all - most_lines) + " more (--json)\n"
                          : "";
}

std::string start_text(const explained_series& s) {
  if (s.born) return "it began within the window: its first value counts";
  if (s.unknown_start) return "it is not known since when it counts: its first value is left out";
  return s.before ? "it stood at " + at_text(*s.before) : "";
}

std::string series_lines(const explained_series& s) {
  std::string out = "    " + s.name + ": " + std::to_string(s.events) + " events\n";
  if (s.samples == 0) return out + "      no samples in the window\n";
  out += "      " + std::to_string(s.samples) + " samples, " + at_text(s.first) + " to " +
         at_text(s.last) + "\n";
  if (const auto start = start_text(s); !start.empty()) out += "      " + start + "\n";
  for (std::size_t i = 0; i < std::min(s.resets.size(), most_lines); ++i) {
    const auto& r = s.resets[i];
    out += "      reset: " + at_text(r.before) + ", then " + at_text(r.now) + ": " +
           std::to_string(r.events) + " count\n";
  }
  out += more(s.resets.size());
  for (std::size_t i = 0; i < std::min(s.gaps.size(), most_lines); ++i) {
    const auto& g = s.gaps[i];
    out += "      gap: nothing between " + format_time(g.from) + " and " + format_time(g.to) + "\n";
  }
  out += more(s.gaps.size());
  if (s.seconds_without_data > 0) {
    out += "      " + number(s.seconds_without_data) + " s without data\n";
  }
  return out;
}

std::string query_lines(const explained_query& q) {
  std::string out = "\n  " + q.role + ": " + q.query + "\n    asked: " + q.asked + "\n";
  if (q.series.empty()) out += "    no series: nothing of it was counted\n";
  for (std::size_t i = 0; i < std::min(q.series.size(), most_lines); ++i) {
    out += series_lines(q.series[i]);
  }
  if (q.series.size() > most_lines) {
    out += "    and " + std::to_string(q.series.size() - most_lines) + " more series (--json)\n";
  }
  return out + "    together " + std::to_string(q.events) + "\n";
}

std::string term_lines(const explanation& e) {
  std::string out = "\n";
  for (const auto& t : e.terms) {
    out += "  " + t.name + " = " + t.formula + (t.values.empty() ? "" : " = " + t.values) + " = " +
           (t.value ? number(*t.value) : "nothing") + "\n";
  }
  return out;
}

std::string rules_lines(const explanation& e) {
  if (!e.rules) return "\n  The recording rules have no data of it.\n";
  const auto used = used_of(*e.rules);
  return "\n  The recording rules say: " + amount_text(used.bad) + " bad of " +
         amount_text(used.total, e.rules->unit) + ", " +
         shown(budget_left(e.what, *e.rules), percent_text) + " left, coverage " +
         percent_text(e.rules->coverage) +
         ". They count whole minutes (periods: whole hours), raw samples count to the last "
         "scrape.\n";
}

}  // namespace

std::string explanation_text(const explanation& e) {
  std::string out = e.what.id + ", " + e.what.display_name +
                    "\n  window: " + format_time(e.seen.from) + " to " + format_time(e.seen.to) +
                    ", period " + e.what.period.label + "\n";
  for (const auto& q : e.queries) out += query_lines(q);
  if (!e.seen.problem.empty()) out += "\n  " + e.seen.problem + "\n";
  out += term_lines(e);
  if (e.corrected) {
    for (const auto& c : e.corrected->applied) {
      out += "  taken out: " + span_text(c.from, c.to) + " UTC, " + to_label(c.what.kind) + " by " +
             c.what.by + ": " + c.what.why + " (" + c.what.file + ":" +
             std::to_string(c.what.line) + ")" + (c.problem.empty() ? "" : "; " + c.problem) + "\n";
    }
  }
  return out + rules_lines(e);
}

}  // namespace slo
