#include "slo/model/calendar.hpp"
#include "slo/report/number_text.hpp"
#include "slo/report/report.hpp"

namespace slo {

namespace {

std::string times(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string how_it_counts(const objective& o) {
  if (o.composite()) {
    std::string members;
    for (const auto& m : o.members) {
      members += (members.empty() ? "" : ", ") + m.id + " (" + m.weight.to_string() + ")";
    }
    return "A composite: it burns what its members burn, by their weights: " + members + ".";
  }
  std::string out;
  if (o.slices) {
    out = "It counts time slices of " + std::to_string(o.slices->minutes) + " min, ";
    out += o.slices->target
               ? "good at " + percent_text(o.slices->target->to_double()) + " good events or more."
               : "each bad by its share of bad events.";
    out += " Slices without events do not count.";
  }
  if (!o.counters) {
    out += std::string(out.empty() ? "" : " ") +
           "Approximate: its events cannot be counted, so each step of time counts alike.";
  }
  return out;
}

std::string correction_note(const objective_status& s) {
  const auto plain = budget_left(s.what, s.seen);
  return "Contains " + times(s.corrected->applied.size(), "correction") + ": " +
         shown(s.left(), percent_text) + " of the budget left with, " + shown(plain, percent_text) +
         " without. The rules in Prometheus, and alerts, know the number without.";
}

}  // namespace

std::vector<std::string> notes_of(const objective_status& s) {
  std::vector<std::string> out;
  const auto& seen = s.seen;
  if (!seen.problem.empty()) out.push_back(seen.problem);
  if (auto how = how_it_counts(s.what); !how.empty()) out.push_back(std::move(how));
  if (!s.what.grouping.empty()) {
    std::string labels;
    for (const auto& label : s.what.grouping) labels += (labels.empty() ? "" : ", ") + label;
    out.push_back("Its rules and alerts keep the labels " + labels +
                  " apart; these numbers are of all together.");
  }
  if (!s.what.period.rolling()) {
    const auto bounds = bounds_at(*s.what.period.aligned, seen.to / 1000);
    out.push_back("Its period " + bounds.label + " is not over (" +
                  span_text(bounds.start * 1000, bounds.end * 1000) +
                  " UTC): ratio and budget are of what was counted so far.");
  }
  if (seen.unknown_starts > 0) {
    out.push_back(std::to_string(seen.unknown_starts) +
                  " series appeared of which it is not known since when they count; their first "
                  "value is left out");
  }
  if (seen.resets > 0) {
    out.push_back(std::to_string(seen.resets) +
                  " counters began again; what a process counted between its last scrape and its "
                  "end is lost");
  }
  if (s.past && !s.past->problem.empty() && seen.problem.empty()) {
    out.push_back("It has no history: " + s.past->problem);
  }
  if (s.corrected) {
    out.push_back(correction_note(s));
    for (const auto& c : s.corrected->applied) {
      if (!c.problem.empty()) {
        out.push_back("The correction of " + span_text(c.from, c.to) +
                      " changed nothing: " + c.problem);
      }
    }
  }
  return out;
}

}  // namespace slo
