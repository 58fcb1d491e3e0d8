#include "core/markdown_text.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/number_text.hpp"
#include "slo/report/report.hpp"
#include "slo/report/weekly.hpp"

namespace slo {

namespace {

using core::markdown_code;
using core::markdown_text;

std::string cells(std::initializer_list<std::string> all) {
  std::string out = "|";
  for (const auto& cell : all) out += " " + cell + " |";
  return out + "\n";
}

/// Text columns first, then numbers.
std::string heads(std::initializer_list<std::string> names, std::size_t texts) {
  std::string rule = "|";
  for (std::size_t i = 0; i < names.size(); ++i) rule += i < texts ? ":--|" : "--:|";
  return cells(names) + rule + "\n";
}

std::string state_mark(const objective_status& s) {
  const auto label = to_label(s.state());
  return s.state() == budget_state::ok ? label : std::string("**") + label + "**";
}

std::optional<double> good_share(const std::optional<double>& error_ratio) {
  if (!error_ratio) return std::nullopt;
  return 1 - *error_ratio;
}

std::string overview(const report& r) {
  std::string out = heads({"SLO", "state", "objective", "SLI", "budget left", "corrected",
                           "burn rate, 5 min", "total", "bad", "coverage"},
                          2);
  for (const auto& s : r.slos) {
    const auto used = used_of(s.seen);
    const bool composite = s.what.composite();
    out += cells({markdown_code(s.what.id), state_mark(s),
                  composite ? nothing_text : percent_text(s.what.target.to_double()),
                  shown(good_share(error_ratio(s.seen)), share_text),
                  shown(budget_left(s.what, s.seen), percent_text),
                  s.corrected ? shown(s.left(), percent_text) : nothing_text,
                  shown(recent_burn_rate(s.what, s.seen), burn_text),
                  amount_text(used.total, s.seen.unit),
                  composite ? nothing_text : amount_text(used.bad), percent_text(s.seen.coverage)});
  }
  return out;
}

std::string notes(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    for (const auto& note : notes_of(s)) {
      out += "- " + markdown_code(s.what.id) + ": " + markdown_text(note) + "\n";
    }
  }
  return out.empty() ? out : "\n" + out;
}

std::string corrections(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    if (!s.corrected) continue;
    for (const auto& c : s.corrected->applied) {
      out += cells({markdown_code(s.what.id), span_text(c.from, c.to), to_label(c.what.kind),
                    markdown_text(c.what.by), markdown_text(c.what.why),
                    amount_text(c.taken.total, s.seen.unit), amount_text(c.taken.bad)});
    }
  }
  if (out.empty()) return out;
  return "\n### Corrections\n\n" +
         heads({"SLO", "when (UTC)", "kind", "by", "why", "taken out", "bad"}, 5) + out;
}

std::string worst(const report& r) {
  std::string out;
  for (const auto& s : r.slos) {
    const auto past = s.period_past();
    if (!past) continue;
    for (const auto& p : worst_periods(s.what, *past, 3)) {
      out += cells({markdown_code(s.what.id), span_text(p.from, p.to), percent_text(p.budget_spent),
                    burn_text(p.highest_burn_rate), amount_text(p.used.bad)});
    }
  }
  if (out.empty()) return out;
  return "\n### Worst periods\n\n" +
         heads({"SLO", "when (UTC)", "budget spent", "highest burn rate", "bad"}, 2) + out;
}

std::string error_text(const seen_error& e) {
  return shown(e.used.error_ratio(), error_share_text) + " (" + error_share_text(e.interval.low) +
         " to " + error_share_text(e.interval.high) + ")";
}

std::string views(const report& r) {
  if (r.views.empty()) return {};
  std::string out = "\n### From outside and from inside\n\n" +
                    heads({"service", "when (UTC)", "black-box", "white-box", "what it means"}, 5);
  for (const auto& v : r.views) {
    out +=
        cells({markdown_text(v.service), span_text(v.from, v.to),
               markdown_code(v.outside_id) + " " + error_text(v.outside),
               markdown_code(v.inside_id) + " " + error_text(v.inside), markdown_text(v.reason)});
    for (const auto& p : v.periods) {
      out += cells(
          {"", span_text(p.from, p.to), error_text(p.outside), error_text(p.inside),
           p.what == disagreement::outside_worse ? "worse from outside" : "worse from inside"});
    }
  }
  return out;
}

std::string weeks(const report& r) {
  if (!r.weekly) return {};
  std::string out =
      "\n### Week over week\n\n" + heads({"SLO", "burn rate", "week before", "budget spent",
                                          "week before", "bad", "week before", "coverage"},
                                         1);
  std::string below;
  for (const auto& w : compare_weeks(r)) {
    out += cells({markdown_code(w.of->what.id), shown(w.now.burn_rate, burn_text),
                  shown(w.before.burn_rate, burn_text), shown(w.now.budget_spent, percent_text),
                  shown(w.before.budget_spent, percent_text), amount_text(w.now.used.bad),
                  amount_text(w.before.used.bad), percent_text(w.now.coverage)});
    for (const auto& p : w.worst) {
      below += "- " + markdown_code(w.of->what.id) + ": " + span_text(p.from, p.to) +
               " UTC, burn rate up to " + burn_text(p.highest_burn_rate) + "\n";
    }
    if (!w.corrections.empty()) {
      below += "- " + markdown_code(w.of->what.id) + ": " + std::to_string(w.corrections.size()) +
               " of its corrections touch this week; the numbers above are without them\n";
    }
  }
  return out + (below.empty() ? "" : "\n" + below);
}

}  // namespace

std::string report_markdown(const report& r) {
  return "## SLO report\n\n" + minute_text(r.at) + " UTC, " + markdown_code(r.prometheus) + "\n\n" +
         overview(r) + notes(r) + corrections(r) + worst(r) + views(r) + weeks(r);
}

}  // namespace slo
