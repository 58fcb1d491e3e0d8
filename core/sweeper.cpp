#include "core/sweeper.hpp"

namespace core {

void sweeper::entry::unlink() noexcept {
  if (!link_) return;
  *link_ = next_;
  if (next_) next_->link_ = link_;
  link_ = nullptr;
  next_ = nullptr;
}

void sweeper::link(entry& e, std::size_t slot) noexcept {
  entry*& head = wheel_[slot];
  e.next_ = head;
  e.link_ = &head;
  if (head) head->link_ = &e.next_;
  head = &e;
}

std::int64_t sweeper::due_tick(instant at) const noexcept {
  // Rounded up, so that nothing fires early; parked at the horizon when further away.
  const auto ticks = (at - origin_ + tick - duration(1)) / tick;
  const std::int64_t horizon = done_ + static_cast<std::int64_t>(slots) - 1;
  return ticks <= done_ ? done_ + 1 : ticks < horizon ? ticks : horizon;
}

void sweeper::watch(entry& e, deadline at) noexcept {
  e.at_ = at;
  if (at.at == instant::max()) {
    e.unlink();
    return;
  }
  const std::int64_t due = due_tick(at.at);
  // A linked entry that is due later than its slot stays where it is: `advance` moves it on when
  // it gets there. That makes the common case, a deadline pushed back at every request, free.
  if (e.link_ && e.due_ <= due) return;
  e.unlink();
  e.due_ = due;
  link(e, static_cast<std::size_t>(due) % slots);
  if (wake_) wake_(wake_argument_);
}

void sweeper::advance(instant now) noexcept {
  const std::int64_t until = (now - origin_) / tick;
  while (done_ < until) {
    ++done_;
    entry* head = std::exchange(wheel_[static_cast<std::size_t>(done_) % slots], nullptr);
    // The slot's list hangs on a local head now: what is linked again while it is walked goes into
    // the wheel, never back into this list.
    if (head) head->link_ = &head;
    while (head) {
      entry& e = *head;
      e.unlink();
      if (e.at_.passed(now)) {
        e.expire();
      } else {
        e.due_ = due_tick(e.at_.at);
        link(e, static_cast<std::size_t>(e.due_) % slots);
      }
    }
  }
}

bool sweeper::active() const noexcept {
  for (const entry* head : wheel_)
    if (head) return true;
  return false;
}

}  // namespace core
