// Asio and Beast, compiled once for the whole suite (BOOST_ASIO_SEPARATE_COMPILATION): a file that
// only uses them compiles in half the time.
#include <sys/epoll.h>

#include <algorithm>
#include <atomic>

#include "core/reactor_guests.hpp"

namespace core {
namespace {

std::atomic<guest_events> take_guests{nullptr};
thread_local int created = -1;

int create_instance(int flags) noexcept {
  return created = ::epoll_create1(flags);
}

int wait_for_events(int instance, epoll_event* events, int most, int timeout) {
  const int ready = ::epoll_wait(instance, events, most, timeout);
  if (ready <= 0) return ready;
  epoll_event* const end = events + ready;
  epoll_event* const ours = std::partition(
      events, end, [](const epoll_event& e) { return (e.data.u64 & guest_event) == 0; });
  if (ours != end) take_guests.load(std::memory_order_relaxed)({ours, end}, ours != events);
  return static_cast<int>(ours - events);
}

}  // namespace
}  // namespace core

#define epoll_create1 core::create_instance
#define epoll_wait core::wait_for_events
#include <boost/asio/impl/src.hpp>
#undef epoll_create1
#undef epoll_wait
#include <boost/beast/src.hpp>

namespace core {

int open_to_guests(boost::asio::io_context& io, guest_events take) {
  take_guests.store(take, std::memory_order_relaxed);
  created = -1;
  boost::asio::use_service<boost::asio::detail::reactor>(io);
  return created;
}

}  // namespace core
