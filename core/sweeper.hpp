#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/clock.hpp"

namespace core {

/// Enforces the deadlines of one worker: instead of a timer per operation (which doubles the cost
/// of a request), every watched object stores an absolute deadline and one coarse wheel calls
/// `expire` on what is late. Deadlines fire up to one `tick` late, never early. Not thread-safe:
/// used on its worker's thread only.
class sweeper {
 public:
  static constexpr duration tick = std::chrono::milliseconds(32);

  /// Base of whatever has a deadline. Unlinks itself on destruction; neither copied nor moved.
  class entry {
   public:
    entry() = default;
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

    deadline expires() const noexcept { return at_; }

   protected:
    ~entry() { unlink(); }
    /// Called once when the deadline has passed; the entry is no longer watched then.
    virtual void expire() noexcept = 0;

   private:
    friend class sweeper;
    void unlink() noexcept;
    deadline at_;
    entry* next_ = nullptr;
    entry** link_ = nullptr;  // what points at us; null while not in the wheel
    std::int64_t due_ = 0;    // the tick whose slot we are in
  };

  explicit sweeper(instant now) noexcept : origin_(now) {}

  /// Watches `e` until `at`; replaces an earlier deadline of the same entry. A later deadline costs
  /// two stores; `deadline::never()` stops watching.
  void watch(entry& e, deadline at) noexcept;

  /// Expires everything that is due. The worker calls it every `tick` while `active()`.
  void advance(instant now) noexcept;
  /// Whether anything is watched; reads the whole wheel, so ask it now and then only.
  bool active() const noexcept;
  /// Called when an entry is linked, so that ticking can start.
  void on_link(void (*wake)(void*), void* argument) noexcept {
    wake_ = wake, wake_argument_ = argument;
  }

 private:
  static constexpr std::size_t slots = 1024;  // 32 s ahead; later ones are parked at the horizon
  std::int64_t due_tick(instant at) const noexcept;
  void link(entry& e, std::size_t slot) noexcept;

  instant origin_;
  std::int64_t done_ = 0;  // ticks advanced so far
  std::array<entry*, slots> wheel_{};
  void (*wake_)(void*) = nullptr;
  void* wake_argument_ = nullptr;
};

}  // namespace core
