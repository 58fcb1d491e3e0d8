#pragma once

#include <cstdint>
#include <map>

#include "core/random_source.hpp"
#include "slo/simulate/poisson.hpp"
#include "slo/simulate/scenario.hpp"

namespace slo {

struct minute_events {
  std::int64_t all = 0;
  std::int64_t bad = 0;
};

/// Makes the whole events of each minute from a rate and a share of errors. Evenly: what is left
/// over below a whole event is carried on, so that any number of minutes has its events to within
/// one. By chance: good and bad ones are independent Poisson numbers.
class event_source {
 public:
  event_source(arrivals how, core::random_source& random) : how_(how), random_(random) {}

  minute_events next(double events, double error);

 private:
  std::int64_t carried(double& rest, double more);
  std::int64_t drawn(double mean);

  arrivals how_;
  core::random_source& random_;
  double events_left_ = 0;
  double bad_left_ = 0;
  std::map<double, poisson_table> tables_;  ///< one for each mean so far
};

}  // namespace slo
