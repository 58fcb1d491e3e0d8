#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "core/task.hpp"
#include "core/worker.hpp"

namespace sidecar {

/// Somebody in line for a place.
class waiter {
 public:
  explicit waiter(core::deadline until) noexcept : until_(until) {}
  virtual ~waiter() = default;
  /// Called once by the thread that decided about it, outside of the gate's lock: ask `settle` now.
  virtual void wake() = 0;

 private:
  friend class admission_gate;
  enum class state { waiting, admitted, late };
  core::deadline until_;
  state state_ = state::waiting;  // under the gate's mutex
};

/// A number of places that requests of all workers share, and one line of those that wait for one:
/// first come, first served, whichever worker they are on; who has waited too long when a place is
/// free is passed over. Entering and leaving is one compare-and-swap on one word while nobody
/// waits; the mutex is for the line only. Any thread.
class admission_gate {
 public:
  admission_gate(std::int64_t places, std::int64_t length) noexcept
      : places_(static_cast<std::uint64_t>(places)), length_(static_cast<std::uint64_t>(length)) {}

  /// Takes a free place, unless others wait for it.
  bool try_enter() noexcept;
  /// Takes a place whether there is one or not, for a limit that only observes; gives the number
  /// that were taken before.
  std::uint64_t enter_anyway() noexcept;
  /// Gives a place back: to the first in line that is not late, or to nobody.
  void leave(core::instant now);

  enum class joined { admitted, waiting, full };
  joined join(const std::shared_ptr<waiter>& who);
  /// Ends a wait: true when it has a place, which must be given back.
  bool settle(waiter& who);

  std::uint64_t in_flight() const noexcept { return state_.load() & flight_mask; }
  std::uint64_t waiting() const noexcept { return state_.load() >> waiting_shift; }
  /// Whether one more cannot even wait.
  bool full() const noexcept { return in_flight() >= places_ && waiting() >= length_; }
  std::uint64_t places() const noexcept { return places_; }
  std::uint64_t length() const noexcept { return length_; }

 private:
  // One word, so that a place cannot become free unseen while somebody joins the line.
  static constexpr int waiting_shift = 32;
  static constexpr std::uint64_t flight_mask = 0xffff'ffff;
  static constexpr std::uint64_t one_waiting = std::uint64_t{1} << waiting_shift;
  bool may_enter(std::uint64_t state) const noexcept { return state < places_; }
  bool hand_over(core::instant now, std::vector<std::shared_ptr<waiter>>& woken);

  std::uint64_t places_, length_;
  std::atomic<std::uint64_t> state_{0};  // waiting << 32 | in flight
  std::mutex mutex_;
  std::deque<std::shared_ptr<waiter>> line_;
};

enum class admission { admitted, full, late };

/// Waits for a place on worker `w` until `until`. `gate` is kept alive by the wait.
core::task<admission> wait_for_place(core::worker& w, std::shared_ptr<admission_gate> gate,
                                     core::deadline until);

}  // namespace sidecar
