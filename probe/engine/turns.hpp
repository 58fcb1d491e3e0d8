#pragma once

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <memory>

#include "core/task.hpp"

namespace probe {

/// Lets work that can wait take place piece by piece: one waiting coroutine goes on with each turn
/// of the loop, and the sockets are looked at in between. So what a check learns at a socket gets
/// its time within one piece of work of when it came, however many runs are to be started or judged
/// at that moment. On one thread. Ends before the `io_context`; who waits then is unwound in
/// its loop, or with it.
class turns {
  // What Boost 1.81 hands to an operation that is awaited directly; it has no public name.
  using waiter = core::asio::detail::awaitable_async_op_handler<void(), core::executor>;

 public:
  explicit turns(core::asio::io_context& io) noexcept : io_(io) {}
  turns(const turns&) = delete;
  turns& operator=(const turns&) = delete;

  /// To be awaited: goes on in a turn of its own, in the order of arrival.
  auto next() noexcept {
    return core::asio::async_initiate<const core::asio::deferred_t&, void()>(
        [](waiter w, turns* self) { self->add(std::move(w)); }, core::asio::deferred, this);
  }
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  void add(waiter w) {
    waiting_.push_back(std::move(w));
    if (waiting_.size() == 1) post();
  }
  void post() {
    core::asio::post(io_, [self = std::weak_ptr(self_)] {
      if (const auto there = self.lock()) (*there)->take();
    });
  }
  void take() {
    waiter first(std::move(waiting_.front()));
    waiting_.pop_front();
    if (!waiting_.empty()) post();
    first();
  }

  core::asio::io_context& io_;
  std::deque<waiter> waiting_;
  std::shared_ptr<turns*> self_ = std::make_shared<turns*>(this);  // what is posted may outlive us
};

}  // namespace probe
