#include "slo/rules/minute_history.hpp"

#include <algorithm>
#include <cmath>

namespace slo {

minute_history::minute_history(const objective& o) : budget_(o.budget().to_double()) {}

void minute_history::append(long minutes, std::int64_t events, std::int64_t bad) {
  for (long i = 0; i < minutes; ++i) {
    events_.push_back(events_.back() + events);
    bad_.push_back(bad_.back() + bad);
  }
}

long minute_history::first_of(long window, long at) const {
  return std::max(0L, at - window);
}

double minute_history::burn_rate(long window, long at) const {
  const auto from = static_cast<std::size_t>(first_of(window, at));
  const auto to = static_cast<std::size_t>(at);
  const auto events = events_[to] - events_[from];
  if (events == 0) return 0;
  return static_cast<double>(bad_[to] - bad_[from]) / static_cast<double>(events) / budget_;
}

bool minute_history::firing(const alert_window& w, long at) const {
  const auto factor = w.factor.to_double();
  const bool enough = (at - first_of(w.long_minutes, at)) * 10 >= w.long_minutes;
  return enough && burn_rate(w.long_minutes, at) > factor &&
         burn_rate(w.short_minutes, at) > factor;
}

double minute_history::distance(const alert_window& w, long at) const {
  const auto factor = w.factor.to_double();
  return std::min(std::abs(burn_rate(w.long_minutes, at) / factor - 1),
                  std::abs(burn_rate(w.short_minutes, at) / factor - 1));
}

}  // namespace slo
