#include "slo/simulate/false_alerts.hpp"

#include <algorithm>

#include "core/random_source.hpp"
#include "slo/simulate/poisson.hpp"

namespace slo {

std::vector<false_alerts> count_false_alerts(const steady_errors& what,
                                             const std::vector<alert_condition>& conditions,
                                             std::uint64_t seed, objective_history& history) {
  core::random_source random(seed);
  const poisson_table bad(what.rate * what.error);
  const poisson_table good(what.rate * (1 - what.error));
  const auto append = [&] {
    const auto failed = bad.draw(random);
    history.append(1, failed + good.draw(random), failed);
  };

  long longest = 0;
  for (const auto& c : conditions) longest = std::max(longest, c.long_minutes);
  history.clear();
  while (history.minutes() < longest) append();

  std::vector<alert_state> states(conditions.size());
  std::vector<char> firing(conditions.size());
  std::vector<long> minutes(conditions.size());
  std::vector<false_alerts> out(conditions.size());
  const long end = longest + what.months * month_minutes;
  while (history.minutes() < end) {
    append();
    const long at = history.minutes();
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const auto& c = conditions[i];
      if (at % c.every_minutes == 0) {
        const bool now = states[i].update(history.holds(c, at), at, c.hold_minutes);
        if (now && !firing[i]) ++out[i].times;
        firing[i] = now;
      }
      minutes[i] += firing[i];
    }
  }
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    out[i].firing = static_cast<double>(minutes[i]) / static_cast<double>(end - longest);
  }
  return out;
}

}  // namespace slo
