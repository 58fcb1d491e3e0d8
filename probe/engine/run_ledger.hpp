#pragma once

#include <array>
#include <cstdint>

namespace probe {

/// Why an intended run did not take place; metric label values.
enum class missed_reason : std::uint8_t {
  overrun,    ///< as many of the scenario were under way as may be
  late,       ///< the probe had too much to do to start it in time
  suspended,  ///< the process was not running: the machine slept, or it was stopped
  exhausted,  ///< as many of all scenarios were under way as there are descriptors for
  shutdown,   ///< the program ended before it did
};
inline constexpr std::array all_missed_reasons{missed_reason::overrun, missed_reason::late,
                                               missed_reason::suspended, missed_reason::exhausted,
                                               missed_reason::shutdown};
inline constexpr std::size_t missed_reason_count = all_missed_reasons.size();
const char* to_label(missed_reason reason) noexcept;

/// The account of one scenario's runs: scheduled = runs + missed + running after every call.
class run_ledger {
 public:
  /// Admits an intended run, or counts it as missed by overrun when `most` are running.
  bool admit(std::int64_t most) noexcept;
  /// Intended runs that never began.
  void miss(missed_reason why, std::uint64_t count = 1) noexcept;
  /// A run has ended with a result.
  void finish() noexcept;
  /// A run that was admitted has come to nothing.
  void abandon(missed_reason why = missed_reason::shutdown) noexcept;

  std::uint64_t scheduled() const noexcept { return scheduled_; }
  std::uint64_t runs() const noexcept { return runs_; }
  std::uint64_t running() const noexcept { return running_; }
  std::uint64_t missed(missed_reason r) const noexcept {
    return missed_[static_cast<std::size_t>(r)];
  }
  /// For all reasons together.
  std::uint64_t missed() const noexcept;
  bool balanced() const noexcept { return scheduled_ == runs_ + missed() + running_; }

 private:
  std::uint64_t scheduled_ = 0;
  std::uint64_t runs_ = 0;
  std::uint64_t running_ = 0;
  std::array<std::uint64_t, all_missed_reasons.size()> missed_{};
};

}  // namespace probe
