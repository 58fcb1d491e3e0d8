#pragma once

#include <cstdint>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/model/windows.hpp"

namespace slo {

/// Events minute by minute, and what the generated rules make of them: the same arithmetic as the
/// rules', on integers. Minute 0 is when counting starts; the first delta is of minute 1.
class minute_history {
 public:
  explicit minute_history(const objective& o);

  /// Appends `minutes` minutes with that many events each.
  void append(long minutes, std::int64_t events, std::int64_t bad);

  long minutes() const noexcept { return static_cast<long>(events_.size()) - 1; }
  /// Burn rate over a window that ends at minute `at`; 0 without events.
  double burn_rate(long window, long at) const;
  bool firing(const alert_window& w, long at) const;
  /// How near the alert is to changing at this minute: the smaller distance of its two burn rates
  /// to the factor, relative. Under 1e-6 rounding could decide.
  double distance(const alert_window& w, long at) const;

  /// Counter values at minute 0, 1, …: events so far.
  const std::vector<std::int64_t>& events() const noexcept { return events_; }
  const std::vector<std::int64_t>& bad() const noexcept { return bad_; }

 private:
  long first_of(long window, long at) const;
  double budget_;
  std::vector<std::int64_t> events_{0};
  std::vector<std::int64_t> bad_{0};
};

}  // namespace slo
