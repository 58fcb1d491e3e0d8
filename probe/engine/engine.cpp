#include "probe/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "core/worker.hpp"
#include "probe/checks/request_builder.hpp"
#include "probe/engine/runner.hpp"

namespace probe {
engine::engine(core::worker& w, run_metrics& metrics, run_plan plan)
    : worker_(w), metrics_(metrics), plan_(plan) {}

std::shared_ptr<engine::slot> engine::make_slot(std::shared_ptr<const scenario> s,
                                                std::shared_ptr<const probe_setup> setup) {
  const auto now = core::now();
  const auto first =
      plan_.endless() ? first_start(s->name, s->interval, now, worker_.wall.unix_nanos(now)) : now;
  const auto end = plan_.duration ? now + *plan_.duration : core::instant::max();
  auto metrics = metrics_.add(*s, is_signed(*s, *setup));
  const auto interval = s->interval;
  return std::make_shared<slot>(slot{std::move(s), std::move(setup), std::move(metrics),
                                     schedule(first, interval, plan_.iterations, end)});
}

/// Its series and its account stay what they are: only what its requests carry may change.
bool engine::goes_on(const slot& now, const scenario& next, const probe_setup& setup) {
  return now.scenario->source == next.source &&
         is_signed(*now.scenario, *now.setup) == is_signed(next, setup);
}

void engine::replace(const scenario_list& scenarios, std::shared_ptr<const probe_setup> setup) {
  std::erase_if(leaving_, [](const auto& s) { return s->metrics->ledger().running() == 0; });
  auto old = std::exchange(slots_, {});
  for (const auto& s : scenarios) {
    const auto found = old.find(s->name);
    if (found != old.end() && goes_on(*found->second, *s, *setup)) {
      found->second->setup = setup;
      slots_.insert(old.extract(found));
      continue;
    }
    auto fresh = make_slot(s, setup);
    slots_.emplace(s->name, fresh);
    worker_.start("probe schedule", schedule_runs(std::move(fresh)));
  }
  for (const auto& [name, s] : old) {
    s->stopped = true;
    leaving_.push_back(s);
    if (!slots_.contains(name)) metrics_.remove(name);
  }
}

core::task<> engine::schedule_runs(std::shared_ptr<slot> s) {
  // A day's sleep must not outlive a reload for long.
  constexpr auto longest_nap = std::chrono::seconds(1);
  while (!s->stopped) {
    const auto next = s->starts.next();
    if (!next) break;
    co_await core::sleep_until(worker_, std::min(*next, core::now() + longest_nap));
    if (s->stopped) break;
    while (const auto intended = s->starts.take(core::now()))
      if (s->metrics->ledger().admit(s->scenario->max_running))
        worker_.start("probe run", run(s, *intended));
  }
  s->stopped = true;
}

core::task<> engine::run(std::shared_ptr<slot> s, core::instant intended) {
  s->metrics->started(core::now() - intended);
  // Named: g++ 12 destroys an aggregate twice that is written inside a co_await.
  run_order order{s->scenario, s->setup, intended, s->told_steps};
  auto result = co_await run_once(worker_, std::move(order));
  if (!s->abandoned) finish(*s, result);
}

void engine::finish(slot& s, run_result& result) {
  s.told_steps |= result.told_steps;
  s.metrics->finished(result);
  for (const auto& tell : listeners_) tell(result);
}

bool engine::any_running() const noexcept {
  const auto running = [](const std::shared_ptr<slot>& s) {
    return s->metrics->ledger().running() > 0;
  };
  return std::any_of(slots_.begin(), slots_.end(),
                     [&](const auto& s) { return running(s.second); }) ||
         std::any_of(leaving_.begin(), leaving_.end(), running);
}

bool engine::done() const noexcept {
  return std::all_of(slots_.begin(), slots_.end(),
                     [](const auto& s) { return s.second->stopped; }) &&
         !any_running();
}

core::task<> engine::drain(core::deadline until) {
  for (const auto& [name, s] : slots_) s->stopped = true;
  while (any_running() && !until.passed(core::now()))
    co_await core::sleep_for(worker_, std::chrono::milliseconds(10));
  std::vector<std::shared_ptr<slot>> all = leaving_;
  for (const auto& [name, s] : slots_) all.push_back(s);
  for (const auto& s : all) {
    s->abandoned = true;
    while (s->metrics->ledger().running() > 0) s->metrics->ledger().abandon();
  }
}

std::map<std::string, run_ledger> engine::ledgers() const {
  std::map<std::string, run_ledger> out;
  for (const auto& [name, s] : slots_) out.emplace(name, s->metrics->ledger());
  return out;
}

}  // namespace probe
