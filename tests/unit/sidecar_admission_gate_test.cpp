// Who gets a place, and in which order: by hand, by coroutines, and with threads.
#include "sidecar/proxy/limits/admission_gate.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/log.hpp"
#include "tests/support/await.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

constexpr core::instant start{1000s};

struct told final : waiter {
  explicit told(core::deadline until = core::deadline::never()) : waiter(until) {}
  void wake() override { woken.store(true); }
  std::atomic<bool> woken{false};
};

std::shared_ptr<told> in_line(admission_gate& gate,
                              core::deadline until = core::deadline::never()) {
  auto who = std::make_shared<told>(until);
  EXPECT_EQ(gate.join(who), admission_gate::joined::waiting);
  return who;
}

TEST(admission_gate, has_so_many_places) {
  admission_gate gate(2, 0);
  EXPECT_TRUE(gate.try_enter());
  EXPECT_TRUE(gate.try_enter());
  EXPECT_FALSE(gate.try_enter());
  EXPECT_TRUE(gate.full());
  gate.leave(start);
  EXPECT_TRUE(gate.try_enter());
}

TEST(admission_gate, places_go_to_those_in_line_in_their_order) {
  admission_gate gate(1, 3);
  EXPECT_TRUE(gate.try_enter());
  const auto first = in_line(gate), second = in_line(gate), third = in_line(gate);
  EXPECT_EQ(gate.join(std::make_shared<told>()), admission_gate::joined::full);
  gate.leave(start);
  EXPECT_TRUE(first->woken);
  EXPECT_FALSE(second->woken);
  EXPECT_FALSE(gate.try_enter()) << "nobody passes the line";
  gate.leave(start);
  gate.leave(start);
  EXPECT_TRUE(second->woken && third->woken);
  EXPECT_TRUE(gate.settle(*third));
  gate.leave(start);
  EXPECT_EQ(gate.in_flight(), 0u);
}

TEST(admission_gate, who_waited_too_long_is_passed_over) {
  admission_gate gate(1, 3);
  EXPECT_TRUE(gate.try_enter());
  const auto late = in_line(gate, {start + 1s}), patient = in_line(gate, {start + 3s});
  gate.leave(start + 2s);
  EXPECT_TRUE(late->woken && patient->woken);
  EXPECT_FALSE(gate.settle(*late));
  EXPECT_TRUE(gate.settle(*patient));
  EXPECT_EQ(gate.in_flight(), 1u);
}

TEST(admission_gate, who_gives_up_leaves_the_line) {
  admission_gate gate(1, 1);
  EXPECT_TRUE(gate.try_enter());
  const auto who = in_line(gate);
  EXPECT_FALSE(gate.settle(*who));
  EXPECT_EQ(gate.waiting(), 0u);
  gate.leave(start);
  EXPECT_EQ(gate.in_flight(), 0u);
  EXPECT_FALSE(who->woken);
}

TEST(admission_gate, a_place_that_is_free_by_now_needs_no_waiting) {
  admission_gate gate(1, 0);
  EXPECT_EQ(gate.join(std::make_shared<told>()), admission_gate::joined::admitted);
  EXPECT_EQ(gate.in_flight(), 1u);
}

TEST(admission_gate, an_observed_limit_counts_beyond_its_places) {
  admission_gate gate(1, 0);
  EXPECT_EQ(gate.enter_anyway(), 0u);
  EXPECT_EQ(gate.enter_anyway(), 1u);
  gate.leave(start);
  gate.leave(start);
  EXPECT_EQ(gate.in_flight(), 0u);
}

core::task<> note_admission(core::worker& w, std::shared_ptr<admission_gate> gate, int number,
                            core::deadline until, std::string& log) {
  const auto how = co_await wait_for_place(w, gate, until);
  log += how == admission::admitted ? "+" : how == admission::late ? "-" : "!";
  log += std::to_string(number);
}

TEST(wait_for_place, admits_in_order_and_tells_the_late_and_the_full) {
  tests::loop loop;
  const auto gate = std::make_shared<admission_gate>(1, 3);
  ASSERT_TRUE(gate->try_enter());
  std::string log;
  auto body = [](core::worker& w, std::shared_ptr<admission_gate> g,
                 std::string& out) -> core::task<> {
    const auto soon = core::deadline::in(20ms, core::now());
    const auto patient = core::deadline::in(60s, core::now());
    w.start("1", note_admission(w, g, 1, patient, out));
    w.start("2", note_admission(w, g, 2, soon, out));
    w.start("3", note_admission(w, g, 3, patient, out));
    w.start("4", note_admission(w, g, 4, patient, out));
    const bool late = co_await tests::holds(w, [&] { return out == "!4-2"; });
    EXPECT_TRUE(late) << out;
    g->leave(core::now());
    const bool first = co_await tests::holds(w, [&] { return out == "!4-2+1"; });
    EXPECT_TRUE(first) << out;
    g->leave(core::now());
    const bool third = co_await tests::holds(w, [&] { return out == "!4-2+1+3"; });
    EXPECT_TRUE(third) << out;
  };
  loop.run(body(loop.worker(), gate, log));
  EXPECT_EQ(gate->in_flight(), 1u);
}

/// Lets others run until it holds; false when it still does not after long enough.
template <class Condition>
bool comes_true(Condition condition) {
  const auto until = core::deadline::in(30s, core::now());
  while (!condition() && !until.passed(core::now())) std::this_thread::yield();
  return condition();
}

TEST(wait_for_place, a_place_is_handed_over_between_workers) {
  core::logger log("test", core::log_level::error);
  core::worker other(log);
  std::thread thread([&] { other.run(); });
  const auto gate = std::make_shared<admission_gate>(1, 1);
  constexpr int rounds = 200;
  std::atomic<int> admitted{0};
  for (int i = 0; i < rounds; ++i) {
    if (!gate->try_enter()) break;
    auto body = [](core::worker& w, std::shared_ptr<admission_gate> g,
                   std::atomic<int>& count) -> core::task<> {
      const auto how = co_await wait_for_place(w, g, core::deadline::in(60s, core::now()));
      if (how == admission::admitted) ++count;
      g->leave(core::now());
    };
    other.start("wait", body(other, gate, admitted));
    if (!comes_true([&] { return gate->waiting() == 1; })) break;
    gate->leave(core::now());
    if (!comes_true([&] { return gate->in_flight() == 0; })) break;
  }
  other.stop();
  thread.join();
  EXPECT_EQ(admitted, rounds);
  EXPECT_EQ(gate->in_flight(), 0u);
}

TEST(wait_for_place, a_wait_that_is_destroyed_leaves_nothing_behind) {
  const auto gate = std::make_shared<admission_gate>(1, 3);
  ASSERT_TRUE(gate->try_enter());
  std::string log;
  {
    tests::loop loop;
    auto body = [](core::worker& w, std::shared_ptr<admission_gate> g,
                   std::string& out) -> core::task<> {
      w.start("1", note_admission(w, g, 1, core::deadline::in(60s, core::now()), out));
      const bool waits = co_await tests::holds(w, [&] { return g->waiting() == 1; });
      EXPECT_TRUE(waits);
    };
    loop.run(body(loop.worker(), gate, log));
  }
  EXPECT_EQ(gate->waiting(), 0u);
  EXPECT_EQ(log, "");
}

TEST(admission_gate, threads_never_take_more_places_than_there_are) {
  constexpr int places = 3, threads = 4, rounds = 5000;
  admission_gate gate(places, 100);
  std::atomic<int> inside{0}, most{0}, admitted{0};
  const auto work = [&] {
    for (int i = 0; i < rounds; ++i) {
      if (!gate.try_enter()) {
        const auto who = std::make_shared<told>(core::deadline{core::instant::max()});
        if (gate.join(who) == admission_gate::joined::waiting) {
          for (int spins = 0; spins < 50 && !who->woken; ++spins) std::this_thread::yield();
          if (!gate.settle(*who)) continue;
        }
      }
      const int now = ++inside;
      int seen = most.load();
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      ++admitted;
      --inside;
      gate.leave(start);
    }
  };
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back(work);
  for (auto& t : all) t.join();
  EXPECT_LE(most.load(), places);
  EXPECT_GT(admitted.load(), 0);
  EXPECT_EQ(gate.in_flight(), 0u);
  EXPECT_EQ(gate.waiting(), 0u);
}

}  // namespace
