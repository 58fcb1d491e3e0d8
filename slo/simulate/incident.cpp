#include "slo/simulate/incident.hpp"

#include <algorithm>

#include "slo/simulate/event_source.hpp"

namespace slo {

namespace {

/// Appends a scenario's minutes to a history.
class scenario_player {
 public:
  scenario_player(const scenario& what, core::random_source& random, objective_history& into)
      : what_(what), source_(what.arrive, random), into_(into) {}

  void append(double error) {
    const double turn = what_.diurnal ? diurnal_rate(into_.minutes() + 1) : 1;
    const auto events = source_.next(what_.rate * turn, error);
    into_.append(1, events.all, events.bad);
  }
  void append_history() {
    for (long i = into_.minutes(); i < what_.history; ++i) append(0);
  }
  const scenario& what() const noexcept { return what_; }
  const objective_history& history() const noexcept { return into_; }

 private:
  const scenario& what_;
  event_source source_;
  objective_history& into_;
};

/// Follows the alerts from the trouble's first minute on.
class alert_watch {
 public:
  alert_watch(const std::vector<alert_condition>& conditions, const objective_history& history,
              double events_in_period)
      : conditions_(conditions),
        history_(history),
        onset_(history.minutes()),
        events_in_period_(events_in_period),
        states_(conditions.size()),
        firing_(conditions.size()),
        runs_(conditions.size()) {}

  void look() {
    const long at = history_.minutes();
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (at % conditions_[i].every_minutes != 0) continue;
      const bool now =
          states_[i].update(history_.holds(conditions_[i], at), at, conditions_[i].hold_minutes);
      if (now && !firing_[i]) begin(runs_[i], at);
      if (!now && firing_[i]) runs_[i].resolved = at;
      firing_[i] = now;
    }
  }
  bool silent() const { return std::find(firing_.begin(), firing_.end(), true) == firing_.end(); }
  double spent() const {
    return history_.budget_spent(onset_, history_.minutes(), events_in_period_);
  }
  /// The runs, with resolutions counted from the end of the trouble.
  std::vector<alert_run> take(long end) && {
    for (auto& run : runs_) {
      if (run.resolved) run.resolved = std::max(0L, *run.resolved - end);
    }
    return std::move(runs_);
  }

 private:
  void begin(alert_run& run, long at) const {
    ++run.times;
    run.resolved.reset();
    if (run.fired) return;
    run.fired = at - onset_;
    run.budget_spent = spent();
  }

  const std::vector<alert_condition>& conditions_;
  const objective_history& history_;
  long onset_;
  double events_in_period_;
  std::vector<alert_state> states_;
  std::vector<bool> firing_;
  std::vector<alert_run> runs_;
};

/// What comes after the history.
incident play_trouble(scenario_player& player, const std::vector<alert_condition>& conditions,
                      long period_minutes, core::random_source& random) {
  const auto& what = player.what();
  const auto& history = player.history();
  const auto error = what.course(random);
  alert_watch watch(conditions, history, what.rate * static_cast<double>(period_minutes));
  for (long minute = 1; minute <= what.duration; ++minute) {
    player.append(error(minute));
    watch.look();
  }
  incident out;
  out.budget_spent = watch.spent();
  const long end = history.minutes();
  // What is late may still begin to fire: a window that is only summed by whole hours.
  while (history.minutes() - end < 60 ||
         (!watch.silent() && history.minutes() - end < longest_aftermath)) {
    player.append(0);
    watch.look();
  }
  out.alerts = std::move(watch).take(end);
  return out;
}

template <class Value>
Value ranked(std::vector<Value>& values, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                   values.end());
  return values[rank];
}

alert_summary summarise(const std::vector<incident>& runs, std::size_t which) {
  alert_summary out;
  std::vector<long> fired;
  std::vector<long> resolved;
  std::vector<double> budget;
  for (const auto& run : runs) {
    const auto& alert = run.alerts[which];
    out.mean_times += static_cast<double>(alert.times) / static_cast<double>(runs.size());
    if (!alert.fired) continue;
    fired.push_back(*alert.fired);
    budget.push_back(alert.budget_spent);
    if (alert.resolved) resolved.push_back(*alert.resolved);
  }
  out.runs = static_cast<int>(runs.size());
  out.fired = static_cast<int>(fired.size());
  out.resolved = static_cast<int>(resolved.size());
  if (fired.empty()) return out;
  out.median_minutes = ranked(fired, 0.5);
  out.slowest_minutes = ranked(fired, 0.9);
  out.median_budget = ranked(budget, 0.5);
  if (!resolved.empty()) out.median_resolution = ranked(resolved, 0.5);
  return out;
}

}  // namespace

incident run_incident(const scenario& what, const std::vector<alert_condition>& conditions,
                      long period_minutes, std::uint64_t seed, objective_history& history) {
  core::random_source random(seed);
  history.clear();
  scenario_player player(what, random, history);
  player.append_history();
  return play_trouble(player, conditions, period_minutes, random);
}

scenario_result run_scenario(const scenario& what, const std::vector<alert_condition>& conditions,
                             long period_minutes, std::uint64_t seed, objective_history& history) {
  std::vector<incident> runs;
  for (int i = 0; i < what.repeats; ++i) {
    // Not the multiples that the generator itself spreads a seed by: its states would overlap.
    const auto own = seed ^ (static_cast<std::uint64_t>(i) * 0xd1342543de82ef95);
    core::random_source random(own);
    // A clean history without chance is the same every time.
    history.truncate(i > 0 && what.arrive == arrivals::even ? what.history : 0);
    scenario_player player(what, random, history);
    player.append_history();
    runs.push_back(play_trouble(player, conditions, period_minutes, random));
  }
  scenario_result out{what, {}, 0};
  for (std::size_t i = 0; i < conditions.size(); ++i) out.alerts.push_back(summarise(runs, i));
  std::vector<double> spent;
  for (const auto& run : runs) spent.push_back(run.budget_spent);
  out.budget_spent = ranked(spent, 0.5);
  return out;
}

}  // namespace slo
