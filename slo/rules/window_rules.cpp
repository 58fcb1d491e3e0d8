#include "slo/rules/window_rules.hpp"

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/calendar_expression.hpp"
#include "slo/rules/series_names.hpp"

namespace slo {

namespace {

constexpr long hour = 60;

/// The expression of a rule for a set of windows: one for each of them, told apart by their labels
/// when there are several.
template <class OfWindow, class OfCalendar>
std::string for_each_window(const window_set& set, OfWindow of_window, OfCalendar of_calendar) {
  if (set.windows.empty()) return of_calendar();
  if (!set.label.empty()) return of_window(set.windows.front());
  std::string out;
  for (const long window : set.windows) {
    out += (out.empty() ? "" : "\nor ") + labelled_window(of_window(window), span_label(window));
  }
  return out;
}

/// `function` over `minutes`, over whole hours of `name` itself where the window is long, over what
/// there is of the calendar's period.
void add_sums(rule_builder& rules, const window_set& set, const char* name, const char* function,
              const char* minutes) {
  const auto& o = rules.of();
  rules.record(
      set, name,
      for_each_window(
          set, [&](long window) { return over_window(o, function, minutes, name, window); },
          [&] { return over_calendar(o, function, name); }));
}

/// Share of a window's minutes that have data. A long window averages its hours' coverage.
std::string covered(const objective& o, const char* minutes, long window) {
  const bool by_hours = window > longest_minute_window;
  const auto counted = over_window(o, by_hours ? "sum_over_time" : "count_over_time", minutes,
                                   series::coverage, window);
  if (!by_hours) return counted + " / " + std::to_string(window);
  return "(" + counted + ") / " + std::to_string(window / hour);
}

/// Of the nominal length, whatever part of it has passed.
std::string covered_of_calendar(const objective& o) {
  const long steps = o.period_minutes() / *calendar_step(o.period);
  return "clamp_max(\n" + over_calendar(o, "sum_over_time", series::coverage) + "\n/ " +
         std::to_string(steps) + ", 1)";
}

void add_set(rule_builder& rules, const window_set& set, const window_sources& from) {
  const auto& o = rules.of();
  rules.record(set, series::coverage,
               for_each_window(
                   set, [&](long window) { return covered(o, from.coverage, window); },
                   [&] { return covered_of_calendar(o); }));
  if (from.events) {
    add_sums(rules, set, series::events, "sum_over_time", from.events);
    add_sums(rules, set, series::bad_events, "sum_over_time", from.bad_events);
    // No events, no ratio: 0/0 would be recorded as NaN and stay in every average over it.
    rules.record(set, series::error_ratio,
                 "clamp_min(" + rules.recorded_of(set, series::bad_events) + " / (" +
                     rules.recorded_of(set, series::events) + " > 0), 0)");
  } else {
    add_sums(rules, set, series::error_ratio, "avg_over_time", from.error);
  }
  rules.record(set, series::burn_rate,
               rules.recorded_of(set, series::error_ratio) + " / " + o.budget().to_string());
}

}  // namespace

std::string over_window(const objective& o, const char* function, const char* minutes,
                        const char* hours, long window) {
  const auto range = sample_range(window);
  if (window <= longest_minute_window) {
    return std::string(function) + "(" + recorded(minutes, o) + "[" + range + "])";
  }
  // A month of minutes is too many samples. Until the first hour is complete, what there is of it.
  const auto hourly = recorded(hours, o, "1h");
  return std::string(function) + "(" + hourly + "[" + range + ":1h]) or " + hourly;
}

void add_windows(rule_builder& rules, const window_sources& from) {
  for (const auto& set : rules.window_sets()) add_set(rules, set, from);
}

}  // namespace slo
