#include "sidecar/proxy/limits/admission_gate.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

namespace sidecar {
namespace {

/// A coroutine in line: its timer ends at the deadline, or when it is woken.
class timed_waiter final : public waiter, public std::enable_shared_from_this<timed_waiter> {
 public:
  timed_waiter(core::worker& w, core::deadline until)
      : waiter(until), timer(w.io.get_executor(), until.at) {}
  void wake() override {
    core::asio::post(timer.get_executor(), [self = shared_from_this()] { self->timer.cancel(); });
  }
  core::steady_timer timer;
};

/// Settles a wait however its coroutine ends: one that is destroyed gives its place back.
class place_in_line {
 public:
  place_in_line(std::shared_ptr<admission_gate> gate, std::shared_ptr<timed_waiter> who)
      : gate_(std::move(gate)), who_(std::move(who)) {}
  place_in_line(const place_in_line&) = delete;
  place_in_line& operator=(const place_in_line&) = delete;
  ~place_in_line() {
    if (who_ && gate_->settle(*who_)) gate_->leave(core::now());
  }
  bool settle() { return gate_->settle(*std::exchange(who_, nullptr)); }

 private:
  std::shared_ptr<admission_gate> gate_;
  std::shared_ptr<timed_waiter> who_;
};

}  // namespace

bool admission_gate::try_enter() noexcept {
  std::uint64_t seen = state_.load(std::memory_order_relaxed);
  while (may_enter(seen))
    if (state_.compare_exchange_weak(seen, seen + 1)) return true;
  return false;
}

std::uint64_t admission_gate::enter_anyway() noexcept {
  return state_.fetch_add(1) & flight_mask;
}

admission_gate::joined admission_gate::join(const std::shared_ptr<waiter>& who) {
  const std::lock_guard lock(mutex_);
  std::uint64_t seen = state_.load();
  for (;;) {
    const bool enters = may_enter(seen);
    if (!enters && (seen >> waiting_shift) >= length_) return joined::full;
    if (!state_.compare_exchange_weak(seen, seen + (enters ? 1 : one_waiting))) continue;
    if (enters) return joined::admitted;
    line_.push_back(who);
    return joined::waiting;
  }
}

void admission_gate::leave(core::instant now) {
  std::uint64_t seen = state_.load(std::memory_order_relaxed);
  while (seen < one_waiting)
    if (state_.compare_exchange_weak(seen, seen - 1)) return;
  std::vector<std::shared_ptr<waiter>> woken;
  {
    const std::lock_guard lock(mutex_);
    if (!hand_over(now, woken)) state_.fetch_sub(1);
  }
  for (const auto& who : woken) who->wake();
}

bool admission_gate::hand_over(core::instant now, std::vector<std::shared_ptr<waiter>>& woken) {
  while (!line_.empty()) {
    woken.push_back(std::move(line_.front()));
    line_.pop_front();
    state_.fetch_sub(one_waiting);
    waiter& next = *woken.back();
    const bool late = next.until_.passed(now);
    next.state_ = late ? waiter::state::late : waiter::state::admitted;
    if (!late) return true;
  }
  return false;
}

bool admission_gate::settle(waiter& who) {
  const std::lock_guard lock(mutex_);
  if (who.state_ != waiter::state::waiting) return who.state_ == waiter::state::admitted;
  who.state_ = waiter::state::late;
  const auto at = std::find_if(line_.begin(), line_.end(),
                               [&](const auto& other) { return other.get() == &who; });
  if (at != line_.end()) {
    line_.erase(at);
    state_.fetch_sub(one_waiting);
  }
  return false;
}

core::task<admission> wait_for_place(core::worker& w, std::shared_ptr<admission_gate> gate,
                                     core::deadline until) {
  const auto me = std::make_shared<timed_waiter>(w, until);
  const auto joined = gate->join(me);
  if (joined == admission_gate::joined::admitted) co_return admission::admitted;
  if (joined == admission_gate::joined::full) co_return admission::full;
  place_in_line place(gate, me);
  const auto token = core::asio::as_tuple(core::use_task);
  co_await me->timer.async_wait(token);
  co_return place.settle() ? admission::admitted : admission::late;
}

}  // namespace sidecar
