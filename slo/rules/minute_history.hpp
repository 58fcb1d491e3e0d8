#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/alert_condition.hpp"

namespace slo {

/// Instead of a window: the objective's period, as it rolls, or what there is of the calendar's.
inline constexpr long whole_period = 0;

/// Events minute by minute, and what the generated rules make of them: the same arithmetic as the
/// rules', on integers, for every method of budgeting. Minute 0 is when counting starts; the first
/// delta is of minute 1. Sums over any window cost the same.
///
/// Windows up to longest_minute_window end with the minute that is asked for, longer ones with the
/// last whole hour. Time slices end at multiples of their length, and a window holds as many whole
/// ones as fit, at least one. An SLI without counters weighs every minute that has data alike. The
/// calendar is simplified: its periods have their nominal length, and one begins at minute 0.
class minute_history {
 public:
  /// Of a composite: only the counts mean something; see objective_history.
  explicit minute_history(const objective& o);

  /// Appends `minutes` minutes with that many events each.
  void append(long minutes, std::int64_t events, std::int64_t bad);
  /// Forgets what was after that minute, keeping the memory.
  void truncate(long minutes);
  void clear() { truncate(0); }

  long minutes() const noexcept { return static_cast<long>(events_.size()) - 1; }
  /// Burn rate over a window that ends at minute `at`; 0 without events.
  double burn_rate(long window, long at) const;
  /// NaN without events: the series that the rules record is not there.
  double burn_or_absent(long window, long at) const;
  /// Share of the window's minutes that have data.
  double coverage(long window, long at) const;
  std::int64_t bad_events(long window, long at) const;
  /// What counts against the budget after minute `from` up to `at`: bad events, or bad slices.
  double spent(long from, long at) const;
  /// What the budget allows to be spent when the period holds that many events in all.
  double allowance(double events_in_period) const;

  bool firing(const alert_window& w, long at) const;
  /// How near the alert is to changing at this minute: the smaller distance of its two burn rates
  /// to the factor, relative. Under 1e-6 rounding could decide.
  double distance(const alert_window& w, long at) const;

  /// Counter values at minute 0, 1, …: events so far.
  const std::vector<std::int64_t>& events() const noexcept { return events_; }
  const std::vector<std::int64_t>& bad() const noexcept { return bad_; }

 private:
  struct span {
    long from;  ///< exclusive
    long to;
  };
  span span_of(long window, long at) const noexcept;
  span calendar_period(long at) const noexcept;
  double error_ratio(span of) const noexcept;
  std::size_t slices_until(long minute) const noexcept;
  void close_slice();

  double budget_;
  long period_minutes_;
  bool rolling_;
  long slice_minutes_ = 0;              ///< 0: events are counted
  std::optional<double> slice_budget_;  ///< share of a slice's events that may fail
  std::vector<std::int64_t> events_{0};
  std::vector<std::int64_t> bad_{0};
  std::vector<std::int64_t> slices_{0};  ///< so far, of those that had events
  std::vector<double> bad_slices_{0};    ///< so far
};

/// What an alert's rule sees of an objective: its own history, or those of a composite's members,
/// which burn Σ weight × burn rate, a member without events none. Coverage is the least covered
/// member's.
class objective_history {
 public:
  /// `all` has the members of a composite, by id.
  objective_history(const objective& o, const std::vector<objective>& all);

  void append(long minutes, std::int64_t events, std::int64_t bad);  ///< to each member
  void truncate(long minutes);
  void clear() { truncate(0); }

  long minutes() const noexcept { return members_.front().second.minutes(); }
  double burn_rate(long window, long at) const;  ///< 0 without events
  double coverage(long window, long at) const;
  std::int64_t bad_events(long window, long at) const;
  /// Share of the period's budget that went after minute `from` up to `at`, when each member's
  /// period holds that many events; above 1 when it was overspent.
  double budget_spent(long from, long at, double events_in_period) const;

  /// Whether the rule's expression holds at this minute, its `for` aside.
  bool holds(const alert_condition& c, long at) const;

  /// Weights and histories; one of weight 1 unless it is a composite.
  const std::vector<std::pair<double, minute_history>>& members() const noexcept {
    return members_;
  }

 private:
  double burn_or_absent(long window, long at) const;

  bool composite_;
  std::vector<std::pair<double, minute_history>> members_;
};

/// An alert's way from pending to firing: fires when its expression has held for `hold` minutes.
class alert_state {
 public:
  /// To be told every minute; whether it fires now.
  bool update(bool holds, long at, long hold_minutes) noexcept {
    if (!holds) {
      since_.reset();
      return false;
    }
    if (!since_) since_ = at;
    return at - *since_ >= hold_minutes;
  }

 private:
  std::optional<long> since_;
};

}  // namespace slo
