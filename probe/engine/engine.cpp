#include "probe/engine/engine.hpp"

#include <time.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "probe/engine/runner.hpp"

namespace probe {
namespace {

/// How long the machine has slept since it was started: what CLOCK_BOOTTIME is ahead of the clock
/// that everything else goes by.
core::duration slept() noexcept {
  timespec boot{}, mono{};
  ::clock_gettime(CLOCK_BOOTTIME, &boot);
  ::clock_gettime(CLOCK_MONOTONIC, &mono);
  const auto apart = std::chrono::seconds(boot.tv_sec - mono.tv_sec) +
                     std::chrono::nanoseconds(boot.tv_nsec - mono.tv_nsec);
  // Read one after the other, they are never quite equal.
  return apart < std::chrono::milliseconds(1) ? core::duration{} : core::duration(apart);
}

std::uint64_t unix_nanos() noexcept {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

}  // namespace

engine::engine(core::worker& w, run_metrics& metrics, run_plan plan, planner::limits most)
    : worker_(w),
      planner_(metrics, std::move(plan), most),
      turns_(w.io),
      timer_(w.io.get_executor()) {}

void engine::replace(const scenario_list& scenarios, std::shared_ptr<const probe_setup> setup) {
  planner_.replace(scenarios, std::move(setup), core::now() + slept(), unix_nanos());
  wake_in_time();
}

void engine::wake_in_time() {
  const auto next = planner_.next();
  if (!next) return;
  // The timer stands still while the machine sleeps: a day must not become two.
  constexpr auto longest_nap = std::chrono::seconds(1);
  timer_.expires_at(std::min(*next - slept(), core::now() + longest_nap));
  timer_.async_wait([this](const core::error_code& error) {
    if (!error) turn();
  });
}

// One run a turn of the loop, and the sockets are looked at before the next: see `turns`.
void engine::turn() {
  const auto asleep = slept();
  auto next = planner_.take(core::now() + asleep);
  if (!next) return wake_in_time();
  const auto intended = next->intended - asleep;
  worker_.start("probe run", run(*std::move(next), intended));
  core::asio::post(worker_.io, [this] { turn(); });
}

core::task<> engine::run(planned_run what, core::instant intended) {
  auto& slot = *what.of;
  slot.metrics->started(core::now() - intended);
  // Named: g++ 12 destroys an aggregate twice that is written inside a co_await.
  run_order order{slot.scenario, slot.setup, intended, slot.told_steps};
  order.load = slot.load;
  order.queue = &turns_;
  auto result = co_await run_once(worker_, std::move(order));
  if (!slot.abandoned) finish(what, result);
}

void engine::finish(const planned_run& what, run_result& result) {
  auto& slot = *what.of;
  planner_.ended(slot);
  slot.told_steps |= result.told_steps;
  slot.metrics->finished(result);
  for (const auto& tell : listeners_) tell(result);
}

core::task<> engine::drain(core::deadline until) {
  planner_.stop();
  timer_.cancel();
  while (planner_.any_running() && !until.passed(core::now()))
    co_await core::sleep_for(worker_, std::chrono::milliseconds(10));
  planner_.abandon();
}

}  // namespace probe
