#pragma once

#include <cstdint>
#include <vector>

#include "core/clock.hpp"

namespace probe {

/// Quantiles of many durations in bounded memory: buckets of a power of two split into 128. A
/// quantile is the upper end of its bucket, so at most 0.8 % (for times below 128 us: 1 us) too
/// long and never too short by more than the microsecond that is cut off. Up to 24 KB however long
/// a run.
class duration_sketch {
 public:
  void add(core::duration d);
  void merge(const duration_sketch& other);
  std::uint64_t count() const noexcept { return count_; }
  core::duration max() const noexcept { return max_; }
  core::duration mean() const noexcept;
  /// The smallest value that at least `q` of all are not above; zero when there are none.
  core::duration quantile(double q) const noexcept;
  /// How many are at most `d`, to the bucket's precision.
  std::uint64_t at_most(core::duration d) const noexcept;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  core::duration sum_{};
  core::duration max_{};
};

}  // namespace probe
