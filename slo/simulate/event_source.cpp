#include "slo/simulate/event_source.hpp"

#include <cmath>

namespace slo {

namespace {
constexpr double rounding = 1e-9;  // ten tenths are one event
}

minute_events event_source::next(double events, double error) {
  minute_events out;
  if (how_ == arrivals::by_chance) {
    out.bad = drawn(events * error);
    out.all = out.bad + drawn(events * (1 - error));
    return out;
  }
  out.all = carried(events_left_, events);
  out.bad = carried(bad_left_, static_cast<double>(out.all) * error);
  return out;
}

std::int64_t event_source::carried(double& rest, double more) {
  rest += more;
  const double whole = std::floor(rest + rounding);
  rest -= whole;
  return static_cast<std::int64_t>(whole);
}

std::int64_t event_source::drawn(double mean) {
  auto at = tables_.find(mean);
  if (at == tables_.end()) at = tables_.emplace(mean, poisson_table(mean)).first;
  return at->second.draw(random_);
}

}  // namespace slo
