#include "slo/gate/gate.hpp"

#include <algorithm>
#include <cstdio>

#include "core/json_writer.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/report/text_table.hpp"

namespace slo {

namespace {

/// `0.42 %`: two significant digits below a percent, so that small bounds can be told apart.
std::string ratio_text(double ratio) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", ratio < 0.001 ? 3 : 2, ratio * 100);
  return text;
}

std::string times_text(double times) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", times);
  return text;
}

std::string confidence(const gate_rules& rules) {
  char text[32];
  std::snprintf(text, sizeof text, "%g %%", (1 - rules.alpha) * 100);
  return text;
}

/// Why there can be no pass, whatever the counts are; "" when there can.
std::string obstacle(const evidence& seen) {
  if (!seen.problem.empty()) return seen.problem;
  if (seen.counts.events == 0) return "no events";
  if (seen.to - seen.newest > stale_millis) {
    return "the newest sample is " +
           format_span(static_cast<double>(seen.to - seen.newest) / 1000) + " old";
  }
  if (seen.coverage < least_gate_coverage) {
    return "only " + std::to_string(static_cast<int>(seen.coverage * 100)) + " % of the " +
           (seen.source == evidence_source::run ? "intended runs took place"
                                                : "expected scrapes were seen");
  }
  return {};
}

std::string fail_reason(const gate_line& line, const gate_rules& rules) {
  const double ratio = line.seen.counts.error_ratio().value_or(0);
  const double budget = line.what.budget().to_double();
  return "violated: " + ratio_text(ratio) + " of " + std::to_string(line.seen.counts.events) +
         " events were bad, " + times_text(ratio / budget) + " times the " + ratio_text(budget) +
         " that the objective allows (at least " + ratio_text(line.interval.low) + " with " +
         confidence(rules) + " confidence)";
}

std::string open_reason(const gate_line& line) {
  const auto& counts = line.seen.counts;
  if (!line.events_to_pass) return "too little evidence";
  return "too little evidence: passes at " + std::to_string(*line.events_to_pass) +
         " events if none of the next " + std::to_string(*line.events_to_pass - counts.events) +
         " is bad";
}

std::string reason_for(const gate_line& line, const gate_rules& rules) {
  switch (line.decision) {
    case outcome::fail: return fail_reason(line, rules);
    case outcome::pass:
      return "holds: at most " + ratio_text(line.interval.high) + " bad with " + confidence(rules) +
             " confidence, " + ratio_text(line.what.budget().to_double()) + " allowed";
    case outcome::inconclusive: break;
  }
  const auto why = obstacle(line.seen);
  return why.empty() ? open_reason(line) : why;
}

outcome overall(const std::vector<gate_line>& lines) {
  const auto has = [&](outcome wanted) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const auto& line) { return line.decision == wanted; });
  };
  if (has(outcome::fail)) return outcome::fail;
  return lines.empty() || has(outcome::inconclusive) ? outcome::inconclusive : outcome::pass;
}

std::string line_json(const gate_line& line) {
  const auto& o = line.what;
  const auto& seen = line.seen;
  const double budget = o.budget().to_double();
  const auto ratio = seen.counts.error_ratio();
  core::json_object out;
  out.text("id", o.id)
      .text("service", o.service)
      .text("name", o.name)
      .text("display_name", o.display_name)
      .text("verdict", to_label(line.decision))
      .text("reason", line.reason)
      .raw("objective", o.target.to_string())
      .raw("error_budget", o.budget().to_string())
      .count("events", seen.counts.events)
      .count("bad_events", seen.counts.bad)
      .number("error_ratio", ratio)
      .number("times_budget", ratio ? std::optional(*ratio / budget) : std::nullopt)
      .number("error_ratio_low", line.interval.low)
      .number("error_ratio_high", line.interval.high)
      .number("coverage", seen.coverage);
  if (line.events_to_pass) {
    out.count("events_to_pass", *line.events_to_pass);
  } else {
    out.raw("events_to_pass", "null");
  }
  return out.text("problem", seen.problem).take();
}

const char* method_name(gate_method m) {
  return m == gate_method::sequence ? "sequence" : "fixed";
}

constexpr const char* assumption =
    "Events are taken as independent of each other and the window as typical of the release.";

std::string summary(const gate_result& r) {
  std::string named;
  for (const auto& line : r.lines) {
    if (line.decision == r.overall && r.overall != outcome::pass) {
      named += (named.empty() ? " (" : ", ") + line.what.id;
    }
  }
  return std::string("gate: ") + to_label(r.overall) + named + (named.empty() ? "" : ")") + "\n";
}

}  // namespace

int gate_result::exit_code() const noexcept {
  switch (overall) {
    case outcome::pass: return 0;
    case outcome::fail: return 1;
    case outcome::inconclusive: return 2;
  }
  return 2;
}

gate_result decide(const std::vector<objective>& objectives, const std::vector<evidence>& seen,
                   gate_rules rules) {
  std::vector<trial> trials;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    trials.push_back(
        {seen[i].counts.events, seen[i].counts.bad, objectives[i].budget().to_double()});
  }
  const auto judged = judge(trials, rules.alpha, rules.method);

  gate_result out;
  out.rules = rules;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    gate_line line{objectives[i], seen[i], judged.each[i], {}, {}, {}};
    line.interval = interval_of(trials[i], rules.alpha, rules.method);
    line.events_to_pass = events_to_pass(trials[i], rules.alpha, rules.method);
    const bool blocked = !obstacle(line.seen).empty();
    if (line.decision == outcome::pass && blocked) line.decision = outcome::inconclusive;
    line.reason = reason_for(line, rules);
    out.from = i == 0 ? seen[i].from : std::min(out.from, seen[i].from);
    out.to = std::max(out.to, seen[i].to);
    out.lines.push_back(std::move(line));
  }
  out.overall = overall(out.lines);
  return out;
}

std::string gate_text(const gate_result& r) {
  text_table table({"SLO", "verdict", "events", "bad", "error", "interval", "allowed"}, {0, 1});
  for (const auto& line : r.lines) {
    const auto ratio = line.seen.counts.error_ratio();
    table.row(
        {line.what.id, to_label(line.decision), std::to_string(line.seen.counts.events),
         std::to_string(line.seen.counts.bad), ratio ? ratio_text(*ratio) : "-",
         ratio ? ratio_text(line.interval.low) + " to " + ratio_text(line.interval.high) : "-",
         ratio_text(line.what.budget().to_double())});
  }
  std::string out = "Release gate, " + format_time(r.from) + " to " + format_time(r.to) + ", " +
                    method_name(r.rules.method) + ", " + confidence(r.rules) + " confidence\n\n" +
                    table.to_string() + "\n";
  for (const auto& line : r.lines) out += "  " + line.what.id + ": " + line.reason + "\n";
  return out + "  " + assumption + "\n\n" + summary(r);
}

std::string gate_json(const gate_result& r) {
  core::json_list lines;
  for (const auto& line : r.lines) lines.add(line_json(line));
  return core::json_object()
      .text("verdict", to_label(r.overall))
      .count("exit_code", r.exit_code())
      .text("method", method_name(r.rules.method))
      .number("alpha", r.rules.alpha)
      .text("from", format_time(r.from))
      .text("to", format_time(r.to))
      .text("assumption", assumption)
      .raw("objectives", lines.take())
      .take();
}

}  // namespace slo
