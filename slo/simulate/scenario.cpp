#include "slo/simulate/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "slo/simulate/text.hpp"

namespace slo {

namespace {

constexpr long hour = 60;
constexpr long day = 24 * hour;
constexpr double few_events = 0.1;  // a minute: six an hour, where a single failure is a rate
constexpr double diurnal_swing = 0.9;
constexpr int chances = 100;
constexpr long longest_trouble = 4 * day;

std::function<error_course(core::random_source&)> always(error_course course) {
  return [course = std::move(course)](core::random_source&) { return course; };
}

error_course steadily(double error) {
  return [error](long) { return error; };
}

/// A history that fills every window, in whole days so that it ends at midnight; a calendar's
/// period is half over then.
long full_history(const scenario_basis& from) {
  long longest = 3 * day;
  for (const auto& c : from.conditions) longest = std::max(longest, c.long_minutes);
  if (!from.rolling) {
    const long periods = (longest + from.period_minutes - 1) / from.period_minutes;
    longest = periods * from.period_minutes + from.period_minutes / 2;
  }
  return (longest + day - 1) / day * day;
}

scenario blank(const char* name, const scenario_basis& from) {
  scenario out;
  out.name = name;
  out.rate = from.rate;
  out.history = full_history(from);
  return out;
}

/// Twice the errors that a slice may have: all slices are bad then.
double bad_slice_error(const scenario_basis& from) {
  return std::min(1.0, 2 * std::max(1 - *from.slice_target, from.budget));
}

/// Twice the error ratio that the alert with the highest threshold fires at, so that all may fire.
double strong_error(const scenario_basis& from) {
  if (from.slice_target) return bad_slice_error(from);
  double highest = 1;
  for (const auto& c : from.conditions) highest = std::max(highest, c.threshold.to_double());
  return std::min(1.0, 2 * highest * from.budget);
}

/// All events, and twice what each of the alerts fires at.
std::set<double, std::greater<>> sudden_errors(const scenario_basis& from) {
  std::set<double, std::greater<>> out{1};
  if (from.slice_target) {
    out.insert(bad_slice_error(from));
    return out;
  }
  for (const auto& c : from.conditions) {
    const double error = 2 * c.threshold.to_double() * from.budget;
    if (error > 0 && error < 1) out.insert(error);
  }
  return out;
}

scenario sudden_failure(const char* name, const scenario_basis& from, double error) {
  auto out = blank(name, from);
  out.what = error < 1 ? brief_percent(error) + " of events fail" : "every event fails";
  out.duration = longest_trouble;
  out.course = always(steadily(error));
  out.steady_error = error;
  return out;
}

std::vector<scenario> sudden(const scenario_basis& from) {
  std::vector<scenario> out;
  for (const double error : sudden_errors(from)) {
    out.push_back(sudden_failure("sudden", from, error));
  }
  return out;
}

std::vector<scenario> slow(const scenario_basis& from) {
  auto out = blank("slow", from);
  const double most = strong_error(from);
  out.what = "within a day errors grow to " + brief_percent(most);
  out.duration = longest_trouble;
  out.course = always(
      [most](long minute) { return most * std::min(1.0, static_cast<double>(minute) / day); });
  return {out};
}

std::vector<scenario> intermittent(const scenario_basis& from) {
  constexpr double mean_failing = 3;
  constexpr double mean_clean = 27;
  auto out = blank("intermittent", from);
  const double error = strong_error(from);
  out.what = brief_percent(error) + " of events fail, some 3m of 30m";
  out.duration = 1 * day;
  out.repeats = chances;
  out.course = [error](core::random_source& random) -> error_course {
    std::vector<bool> failing;
    for (bool now = true; failing.size() <= 1 * day; now = !now) {
      const double mean = now ? mean_failing : mean_clean;
      const auto minutes =
          1 + static_cast<std::size_t>(-(mean - 1) * std::log(1 - random.uniform()));
      failing.insert(failing.end(), minutes, now);
    }
    return [error, failing = std::move(failing)](long minute) {
      return failing[static_cast<std::size_t>(minute)] ? error : 0.0;
    };
  };
  return {out};
}

std::vector<scenario> short_outage(const scenario_basis& from) {
  std::vector<scenario> out;
  for (const long minutes : {1L, 3L, 10L}) {
    out.push_back(blank("short-outage", from));
    out.back().what = "every event fails for " + brief_span(minutes);
    out.back().duration = minutes;
    out.back().course = always(steadily(1));
  }
  return out;
}

std::vector<scenario> low_traffic(const scenario_basis& from) {
  auto one = blank("low-traffic", from);
  one.rate = few_events;
  one.what = "a single one of 6 events an hour fails";
  one.duration = std::lround(1 / few_events);
  one.course = always(steadily(1));

  auto all = blank("low-traffic", from);
  all.rate = few_events;
  all.what = "all of some 6 events an hour fail";
  all.arrive = arrivals::by_chance;
  all.duration = 1 * day;
  all.repeats = chances;
  all.course = always(steadily(1));
  return {one, all};
}

std::vector<scenario> diurnal(const scenario_basis& from) {
  const double error = strong_error(from);
  std::vector<scenario> out;
  for (const long start : {0L, day / 2}) {
    out.push_back(blank("diurnal", from));
    auto& s = out.back();
    s.diurnal = true;
    s.history += start;
    s.duration = 1 * day;
    s.course = always(steadily(error));
    s.what = brief_percent(error) + " of events fail from " +
             (start == 0 ? "the day's quietest minute on" : "the day's busiest minute on");
  }
  return out;
}

std::vector<scenario> young(const scenario_basis& from) {
  std::vector<scenario> out;
  for (const long history : {10L, 1 * hour, 1 * day}) {
    out.push_back(sudden_failure("young", from, strong_error(from)));
    out.back().history = history;
    out.back().what += " after " + brief_span(history);
  }
  return out;
}

struct kind {
  std::string_view name;
  std::vector<scenario> (*make)(const scenario_basis&);
};

constexpr kind kinds[] = {
    {"sudden", sudden},
    {"slow", slow},
    {"intermittent", intermittent},
    {"short-outage", short_outage},
    {"low-traffic", low_traffic},
    {"diurnal", diurnal},
    {"young", young},
};

}  // namespace

double diurnal_rate(long minute) noexcept {
  const double turn = 2 * std::numbers::pi * static_cast<double>(minute % day) / day;
  return 1 - diurnal_swing * std::cos(turn);
}

std::vector<std::string_view> scenario_names() {
  std::vector<std::string_view> out;
  for (const auto& k : kinds) out.push_back(k.name);
  return out;
}

std::vector<scenario> make_scenarios(const scenario_basis& basis,
                                     const std::vector<std::string>& wanted) {
  std::vector<scenario> out;
  for (const auto& k : kinds) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), k.name) == wanted.end()) {
      continue;
    }
    for (auto& made : k.make(basis)) out.push_back(std::move(made));
  }
  return out;
}

}  // namespace slo
