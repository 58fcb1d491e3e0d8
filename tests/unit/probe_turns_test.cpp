#include "probe/engine/turns.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <string>
#include <vector>

#include "tests/support/loop.hpp"

namespace {

core::task<> wait_and_say(probe::turns& t, std::vector<std::string>& said, std::string what) {
  co_await t.next();
  said.push_back(std::move(what));
}

/// Another guest of the loop, which gets its turn, too.
core::task<> meanwhile(core::worker& w, probe::turns& t, std::vector<std::string>& said) {
  while (t.waiting() > 0) {
    co_await core::asio::post(w.io, core::use_task);
    said.push_back("-");
  }
}

TEST(turns, one_goes_on_with_each_turn_of_the_loop_in_order) {
  tests::loop loop;
  probe::turns t(loop.worker().io);
  std::vector<std::string> said;
  for (const char* name : {"a", "b", "c"}) loop.worker().start("test", wait_and_say(t, said, name));
  loop.run([](core::worker& w, probe::turns& queue, std::vector<std::string>& out) -> core::task<> {
    co_await core::asio::post(w.io, core::use_task);  // all three wait now
    out.push_back("-");
    co_await meanwhile(w, queue, out);
    co_await core::asio::post(w.io, core::use_task);
  }(loop.worker(), t, said));
  std::string names;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (said[i] == "-") continue;
    names += said[i];
    EXPECT_TRUE(i == 0 || said[i - 1] == "-") << "others come between";
  }
  EXPECT_EQ(names, "abc");
  EXPECT_EQ(t.waiting(), 0u);
}

TEST(turns, who_still_waits_at_the_end_is_destroyed) {
  tests::loop loop;
  auto token = std::make_shared<int>(0);
  {
    probe::turns t(loop.worker().io);
    loop.worker().start("test", [](probe::turns& queue, std::shared_ptr<int> held) -> core::task<> {
      co_await queue.next();
      ADD_FAILURE() << "it has no turn any more " << *held;
    }(t, token));
    // Not run to its turn: only as far as its waiting, which may need a turn of the loop or none.
    while (t.waiting() == 0) ASSERT_EQ(loop.worker().io.poll_one(), 1u);
    EXPECT_EQ(token.use_count(), 2);
  }
  // Asio unwinds a coroutine in the loop.
  loop.worker().io.restart();
  loop.worker().io.poll();
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
