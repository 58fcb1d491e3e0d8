#include "sidecar/proxy/watched_name.hpp"

#include <boost/asio/as_tuple.hpp>

namespace sidecar {
namespace {

/// A timer among those that an answer cancels.
class waiter {
 public:
  waiter(core::worker& w, std::list<core::steady_timer*>& among, core::deadline until)
      : timer(w.io.get_executor(), until.at),
        among_(among),
        place_(among.insert(among.end(), &timer)) {}
  ~waiter() { among_.erase(place_); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  core::steady_timer timer;

 private:
  std::list<core::steady_timer*>& among_;
  std::list<core::steady_timer*>::iterator place_;
};

}  // namespace

core::task<bool> watched_name::looked_up(core::deadline until) {
  if (looked_up_) co_return true;
  waiter me(worker_, waiting_, until);
  co_await me.timer.async_wait(core::asio::as_tuple(core::use_task));
  co_return looked_up_;
}

watched_name::subscription watched_name::subscribe(std::function<void()> changed) {
  auto held = std::make_shared<std::function<void()>>(std::move(changed));
  subscribers_.push_back(held);
  return held;
}

void watched_name::publish(std::vector<upstream_target> found) {
  targets_ = std::move(found);
  tell();
}

void watched_name::publish_failure() {
  tell();
}

void watched_name::tell() {
  looked_up_ = true;
  for (auto* timer : waiting_) timer->cancel();
  std::erase_if(subscribers_, [](const auto& s) { return s.expired(); });
  const auto subscribers = subscribers_;  // one may come or go meanwhile
  for (const auto& s : subscribers)
    if (const auto changed = s.lock()) (*changed)();
}

}  // namespace sidecar
