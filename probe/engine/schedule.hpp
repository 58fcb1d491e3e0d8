#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/clock.hpp"

namespace probe {

/// A hash of a name that is the same in every process and version (FNV-1a, 64 bit, finished so that
/// similar names spread).
std::uint64_t stable_hash(std::string_view name) noexcept;

/// When a scenario with this interval starts first at or after `now`: intended starts lie at
/// multiples of the interval on the wall clock plus an offset of its own, so that scenarios spread
/// and keep their places over restarts and replicas. `unix_nanos` is the wall clock at `now`.
core::instant first_start(std::string_view name, core::duration interval, core::instant now,
                          std::uint64_t unix_nanos) noexcept;

/// Intended starts of an open model: one every interval, come what may. Pure; the caller has the
/// clock.
class schedule {
 public:
  /// At most `most` starts, and none at or after `end`.
  schedule(core::instant first, core::duration interval,
           std::optional<std::uint64_t> most = std::nullopt,
           core::instant end = core::instant::max()) noexcept
      : next_(first), interval_(interval), left_(most), end_(end) {}

  /// The next intended start; nullopt after the last.
  std::optional<core::instant> next() const noexcept;
  /// Takes the next intended start if it is due. Called again and again it gives every one that has
  /// passed: none is merged with another.
  std::optional<core::instant> take(core::instant now) noexcept;

 private:
  core::instant next_;
  core::duration interval_;
  std::optional<std::uint64_t> left_;
  core::instant end_;
};

/// Why an intended run did not take place; metric label values.
enum class missed_reason : std::uint8_t { overrun, shutdown };
inline constexpr std::size_t missed_reason_count = 2;
const char* to_label(missed_reason reason) noexcept;

/// The account of one scenario's runs: scheduled = runs + missed + running after every call.
class run_ledger {
 public:
  /// Admits an intended run, or counts it as missed by overrun when `most` are running.
  bool admit(std::int64_t most) noexcept;
  /// A run has ended with a result.
  void finish() noexcept;
  /// A run was cut off before it had one.
  void abandon() noexcept;

  std::uint64_t scheduled() const noexcept { return scheduled_; }
  std::uint64_t runs() const noexcept { return runs_; }
  std::uint64_t running() const noexcept { return running_; }
  std::uint64_t missed(missed_reason r) const noexcept {
    return missed_[static_cast<std::size_t>(r)];
  }
  bool balanced() const noexcept;

 private:
  std::uint64_t scheduled_ = 0;
  std::uint64_t runs_ = 0;
  std::uint64_t running_ = 0;
  std::array<std::uint64_t, missed_reason_count> missed_{};
};

}  // namespace probe
