#include "slo/gate/words.hpp"

#include <cstdio>

#include "slo/commands/time_text.hpp"

namespace slo {

namespace {

std::string with_confidence(const gate_rules& rules) {
  return " with " + confidence_text(rules) + " confidence";
}

std::string bad_of(const evidence& seen) {
  return ratio_text(seen.counts.error_ratio().value_or(0)) + " of " +
         std::to_string(seen.counts.events) + " events were bad";
}

/// What the share of bad events is held against.
std::string budget_words(const gate_line& line) {
  if (line.by != judged_by::slices) return ratio_text(line.allowed) + " that the objective allows";
  return ratio_text(line.allowed) + " that a slice of " +
         std::to_string(line.what.slices->minutes) + " min allows";
}

std::string fail_reason(const gate_line& line, const gate_rules& rules) {
  const auto least = "at least " + bound_text(line, line.interval.low) + with_confidence(rules);
  switch (line.by) {
    case judged_by::members: return "violated: its members together burn the budget " + least;
    case judged_by::baseline:
      return "worse than the baseline: " + bad_of(line.seen) + ", and of the baseline's " +
             std::to_string(line.baseline->counts.events) + " " +
             ratio_text(line.baseline->counts.error_ratio().value_or(0)) + "; the difference is " +
             least + ", " + ratio_text(line.allowed) + " is allowed";
    case judged_by::events:
    case judged_by::slices:
    case judged_by::nothing: break;
  }
  const double ratio = line.seen.counts.error_ratio().value_or(0);
  return "violated: " + bad_of(line.seen) + ", " + times_text(ratio / line.allowed) +
         " times the " + budget_words(line) + " (" + least + ")";
}

std::string pass_reason(const gate_line& line, const gate_rules& rules) {
  const auto most = "at most " + bound_text(line, line.interval.high);
  switch (line.by) {
    case judged_by::members:
      return "holds: its members together burn the budget " + most + with_confidence(rules);
    case judged_by::baseline:
      return "not worse than the baseline: the difference is " + most + with_confidence(rules) +
             ", " + ratio_text(line.allowed) + " allowed";
    case judged_by::slices:
      return "holds: " + most + " bad" + with_confidence(rules) + ", " + budget_words(line);
    case judged_by::events:
    case judged_by::nothing: break;
  }
  return "holds: " + most + " bad" + with_confidence(rules) + ", " + ratio_text(line.allowed) +
         " allowed";
}

std::string open_reason(const gate_line& line) {
  std::string out = "too little evidence";
  if (line.by == judged_by::members)
    return out + ": its members together burn the budget between " +
           bound_text(line, line.interval.low) + " and " + bound_text(line, line.interval.high);
  if (!line.events_to_pass) return out;
  return out + ": passes at " + std::to_string(*line.events_to_pass) +
         " events if none of the next " +
         std::to_string(*line.events_to_pass - line.seen.counts.events) + " is bad";
}

std::string stale(const evidence& seen) {
  return "the newest sample is " + format_span(static_cast<double>(seen.to - seen.newest) / 1000) +
         " old";
}

}  // namespace

std::string ratio_text(double ratio) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", ratio < 0.001 && ratio > -0.001 ? 3 : 2, ratio * 100);
  return text;
}

std::string times_text(double times) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", times);
  return text;
}

std::string confidence_text(const gate_rules& rules) {
  char text[32];
  std::snprintf(text, sizeof text, "%g %%", (1 - rules.alpha) * 100);
  return text;
}

std::string bound_text(const gate_line& line, double bound) {
  if (line.by != judged_by::members) return ratio_text(bound);
  char text[32];
  std::snprintf(text, sizeof text, "%.2f times", bound);
  return text;
}

std::string obstacle(const evidence& seen) {
  if (!seen.problem.empty()) return seen.problem;
  if (seen.counts.events == 0) return "no events";
  if (seen.to - seen.newest > stale_millis) return stale(seen);
  if (seen.coverage >= least_gate_coverage) return {};
  return "only " + std::to_string(static_cast<int>(seen.coverage * 100)) + " % of the " +
         (seen.source == evidence_source::run ? "intended runs took place"
                                              : "expected scrapes were seen");
}

std::string obstacle(const gate_line& line) {
  // A composite has no events of its own; its obstacles are those of its members, told by `seen`.
  if (line.by == judged_by::members) return line.seen.problem;
  if (auto why = obstacle(line.seen); !why.empty()) return why;
  if (!line.baseline) return {};
  const auto why = obstacle(*line.baseline);
  return why.empty() ? "" : "the baseline: " + why;
}

std::string reason_for(const gate_line& line, const levels& shown, std::size_t lines,
                       const gate_rules& rules) {
  if (line.decision == outcome::fail) return fail_reason(line, rules);
  if (line.decision == outcome::pass) return pass_reason(line, rules);
  if (auto why = obstacle(line); !why.empty()) return why;
  const auto open = open_reason(line);
  if (shown.fail > rules.alpha || lines < 2) return open;
  return open + " (alone it would be violated" + with_confidence(rules) + ", but it is one of " +
         std::to_string(lines) + " objectives)";
}

std::string summary_of(const gate_result& r) {
  if (r.freeze && !r.freeze->override_reason && r.evidence_says != outcome::fail) {
    if (r.freeze->spent()) return "frozen: " + freeze_text(*r.freeze);
    if (r.freeze->unknown()) return "the freeze rule is undecided: " + freeze_text(*r.freeze);
  }
  std::string named;
  for (const auto& line : r.lines)
    if (line.decision == r.overall) named += (named.empty() ? "" : ", ") + line.what.id;
  switch (r.overall) {
    case outcome::pass: return "every objective holds";
    case outcome::fail: return "violated: " + named;
    case outcome::inconclusive: break;
  }
  return named.empty() ? "there is no objective" : "too little evidence for: " + named;
}

}  // namespace slo
