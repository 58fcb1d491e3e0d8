#include "tests/support/loop.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <csignal>
#include <exception>

namespace tests {

loop::loop() : log_("test", core::log_level::error), worker_(std::make_unique<core::worker>(log_)) {
  std::signal(SIGPIPE, SIG_IGN);  // as every program does: OpenSSL writes to what is gone
}
loop::~loop() = default;

void loop::run(core::task<> body, core::duration limit) {
  bool done = false;
  std::exception_ptr failure;
  core::asio::co_spawn(worker_->io.get_executor(), std::move(body), [&](std::exception_ptr error) {
    done = true;
    failure = error;
    worker_->stop();
  });
  worker_->io.restart();
  worker_->io.run_for(limit);
  if (failure) std::rethrow_exception(failure);
  ASSERT_TRUE(done) << "the test did not end within its limit";
}

}  // namespace tests
