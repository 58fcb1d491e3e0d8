#include "slo/commands/time_text.hpp"
#include "slo/report/number_text.hpp"
#include "slo/report/report.hpp"
#include "slo/report/text_table.hpp"
#include "slo/report/weekly.hpp"

namespace slo {

namespace {

std::optional<double> good_share(const std::optional<double>& error_ratio) {
  if (!error_ratio) return std::nullopt;
  return 1 - *error_ratio;
}

void add_rows(text_table& table, const objective_status& s) {
  const auto& seen = s.seen;
  const auto used = used_of(seen);
  const auto unit = seen.unit;
  table.row({s.what.id, s.what.composite() ? nothing_text : percent_text(s.what.target.to_double()),
             shown(good_share(error_ratio(seen)), share_text),
             shown(budget_left(s.what, seen), percent_text),
             shown(recent_burn_rate(s.what, seen), burn_text), amount_text(used.total, unit),
             unit == budget_unit::burn ? nothing_text : amount_text(used.bad),
             percent_text(seen.coverage), format_span(seen.observed_seconds),
             to_label(seen.source)});
  if (!s.corrected) return;
  const auto& n = s.corrected->used;
  table.row({"  corrected", "", shown(good_share(n.error_ratio()), share_text),
             shown(s.left(), percent_text), "", amount_text(n.total, unit),
             unit == budget_unit::burn ? nothing_text : amount_text(n.bad), "", "", ""});
}

std::string notes(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    for (const auto& note : notes_of(s)) out += "  " + s.what.id + ": " + note + "\n";
  }
  return out;
}

std::string corrections(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    if (!s.corrected) continue;
    for (const auto& c : s.corrected->applied) {
      out += "  " + s.what.id + ": " + span_text(c.from, c.to) + " UTC, " + to_label(c.what.kind) +
             " by " + c.what.by + ": " + c.what.why + " (" + amount_text(c.taken.bad) + " bad of " +
             amount_text(c.taken.total, s.seen.unit) + " taken out)\n";
    }
  }
  return out.empty() ? out : "\nCorrections\n" + out;
}

std::string interval_text(const seen_error& e) {
  const auto ratio = e.used.error_ratio();
  return shown(ratio, error_share_text) + " (" + error_share_text(e.interval.low) + " to " +
         error_share_text(e.interval.high) + ")";
}

std::string views(const report& r) {
  std::string out;
  for (const auto& v : r.views) {
    out += "  " + v.service + ": " + v.outside_id + " (black-box) " + interval_text(v.outside) +
           ", " + v.inside_id + " (white-box) " + interval_text(v.inside) + "\n    " + v.reason +
           "\n";
    for (const auto& p : v.periods) {
      out +=
          "    " + span_text(p.from, p.to) + " UTC: " + interval_text(p.outside) +
          " from outside, " + interval_text(p.inside) + " from inside" +
          (p.what == disagreement::outside_worse ? ", worse from outside" : ", worse from inside") +
          "\n";
    }
  }
  return out.empty() ? out : "\nFrom outside and from inside, error ratios\n" + out;
}

std::string worst(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    const auto past = s.period_past();
    if (!past) continue;
    for (const auto& p : worst_periods(s.what, *past, 3)) {
      out += "  " + s.what.id + ": " + span_text(p.from, p.to) + " UTC spent " +
             percent_text(p.budget_spent) + " of the budget, burn rate up to " +
             burn_text(p.highest_burn_rate) + "\n";
    }
  }
  return out.empty() ? out : "\nWorst periods\n" + out;
}

std::string weeks(const report& r) {
  if (!r.weekly) return {};
  text_table table({"SLO", "burn rate", "week before", "budget spent", "week before", "bad",
                    "week before", "coverage"},
                   {0});
  for (const auto& w : compare_weeks(r)) {
    table.row({w.of->what.id, shown(w.now.burn_rate, burn_text),
               shown(w.before.burn_rate, burn_text), shown(w.now.budget_spent, percent_text),
               shown(w.before.budget_spent, percent_text), amount_text(w.now.used.bad),
               amount_text(w.before.used.bad), percent_text(w.now.coverage)});
  }
  return "\nWeek over week, without corrections\n\n" + table.to_string();
}

}  // namespace

std::string report_table(const report& r) {
  text_table table({"SLO", "objective", "SLI", "budget left", "burn rate", "events", "bad",
                    "coverage", "observed", "from"},
                   {0, 9});
  for (const auto& s : r.slos) add_rows(table, s);
  return "SLO report, " + format_time(r.at) + ", " + r.prometheus + "\n\n" + table.to_string() +
         "\n  burn rate: of the last 5 minutes, 1 spends the budget exactly within its period\n" +
         notes(r) + corrections(r) + worst(r) + views(r) + weeks(r);
}

}  // namespace slo
