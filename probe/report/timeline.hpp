#pragma once

#include <cstdint>
#include <vector>

#include "core/clock.hpp"
#include "probe/engine/duration_sketch.hpp"

namespace probe {

/// What happened when, in at most 200 bins however long it lasts: when there are more, pairs of
/// them become one. A run counts where it was meant to start, so that a stall shows at the place
/// where it was, not where it ended.
class timeline {
 public:
  struct bin {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t missed = 0;
    duration_sketch took;  ///< from the intended start
  };
  static constexpr std::size_t most_bins = 200;

  explicit timeline(core::instant start = {}) noexcept : start_(start) {}

  void ended(core::instant intended, bool passed, core::duration took);
  void missed(core::instant at, std::uint64_t count);

  /// The same in at most `most` bins.
  timeline coarser(std::size_t most) const;

  core::instant start() const noexcept { return start_; }
  /// Of one bin; 100 ms at first.
  core::duration width() const noexcept { return width_; }
  const std::vector<bin>& bins() const noexcept { return bins_; }

 private:
  bin& at(core::instant when);
  void halve();

  core::instant start_;
  core::duration width_ = std::chrono::milliseconds(100);
  std::vector<bin> bins_;
};

}  // namespace probe
