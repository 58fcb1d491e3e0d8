#pragma once

#include <cstdint>
#include <vector>

#include "core/random_source.hpp"

namespace slo {

/// Chances of first, first + 1, …; what is further than ten standard deviations from the mean (at
/// least twenty) is nothing.
struct poisson_distribution {
  std::int64_t first = 0;
  std::vector<double> chances;
};
poisson_distribution poisson_chances(double mean);

/// Poisson numbers of one mean, from a table (Walker's alias method): exact to the rounding of a
/// double, a few nanoseconds each whatever the mean, and the same on every machine for one seed.
class poisson_table {
 public:
  /// `mean` in [0, 1e7]; the table has about 20 standard deviations of entries.
  explicit poisson_table(double mean);

  std::int64_t draw(core::random_source& random) const noexcept {
    const double at = random.uniform() * static_cast<double>(share_.size());
    const auto slot = static_cast<std::size_t>(at);
    const bool own = at - static_cast<double>(slot) < share_[slot];
    return first_ + static_cast<std::int64_t>(own ? slot : other_[slot]);
  }

 private:
  std::int64_t first_ = 0;  ///< the number that slot 0 stands for
  std::vector<double> share_;
  std::vector<std::uint32_t> other_;
};

}  // namespace slo
