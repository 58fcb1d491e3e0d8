#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/clock.hpp"
#include "probe/load/load_profile.hpp"

namespace probe {

/// A hash of a name that is the same in every process and version (FNV-1a, 64 bit, finished so that
/// similar names spread).
std::uint64_t stable_hash(std::string_view name) noexcept;

/// When a scenario with this interval starts first at or after `now`: intended starts lie at
/// multiples of the interval on the wall clock plus an offset of its own, so that scenarios spread
/// and keep their places over restarts and replicas. `unix_nanos` is the wall clock at `now`.
core::instant first_start(std::string_view name, core::duration interval, core::instant now,
                          std::uint64_t unix_nanos) noexcept;

/// Where a schedule ends.
struct schedule_end {
  std::optional<std::uint64_t> most;        ///< starts in all
  core::instant at = core::instant::max();  ///< no start at or after it
};

/// Intended starts of an open model: they come when they come, whatever became of the earlier ones.
/// Pure; the caller has the clock.
class schedule {
 public:
  /// One start every interval.
  schedule(core::instant first, core::duration interval, schedule_end end = {}) noexcept;
  /// The starts of a load profile that begins at `first`.
  schedule(core::instant first, std::shared_ptr<const load_profile> load, schedule_end end = {});

  /// The next intended start; nullopt after the last.
  std::optional<core::instant> next() const noexcept { return next_; }
  /// Takes the next intended start if it is due. Called again and again it gives every one that has
  /// passed: none is merged with another.
  std::optional<core::instant> take(core::instant now) noexcept;
  /// How many starts there are from first to last; nullopt when they do not end.
  std::optional<std::uint64_t> count() const noexcept;
  /// Passes over all starts until `until`, itself included; how many there were.
  std::uint64_t skip(core::instant until) noexcept;

 private:
  void go_to(std::uint64_t taken) noexcept;
  core::instant first_;
  core::duration interval_{};
  std::shared_ptr<const load_profile> load_;  // null: every interval
  schedule_end end_;
  std::uint64_t taken_ = 0;
  std::optional<core::instant> next_;
};

}  // namespace probe
