#include "api/waiter.hpp"

#include <boost/asio/as_tuple.hpp>

namespace api {

waiter::waiter(core::worker& w) : worker_(w), wake_(w.get_executor(), core::instant::max()) {}

core::task<core::result<>> waiter::wait(core::deadline until) {
  if (!finished_) {
    worker_.deadlines.watch(*this, until);
    while (!finished_) co_await wake_.async_wait(boost::asio::as_tuple(core::use_task));
    worker_.deadlines.watch(*this, core::deadline::never());
  }
  if (outcome_) co_return outcome_;
  co_return core::result<>();
}

void waiter::finish(core::error_code outcome) noexcept {
  if (finished_) return;
  finished_ = true;
  outcome_ = outcome;
  wake_.cancel();
}

void waiter::expire() noexcept {
  finish(core::errc::timed_out);
}

}  // namespace api
