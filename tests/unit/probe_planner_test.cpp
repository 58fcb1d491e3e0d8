// The engine's decisions under a clock of their own: hours pass as fast as they can be counted.
#include "probe/engine/planner.hpp"

#include <gtest/gtest.h>

#include <queue>
#include <random>

namespace {

using namespace std::chrono_literals;
using probe::missed_reason;
using probe::planner;
using probe::run_plan;

const core::instant t0{100h};
constexpr std::uint64_t wall0 = 1'700'000'000'000'000'000;

std::shared_ptr<probe::scenario> scenario(const std::string& name, core::duration interval,
                                          std::int64_t most = 32) {
  auto out = std::make_shared<probe::scenario>();
  out->name = name;
  out->interval = interval;
  out->max_running = most;
  std::vector<probe::step> steps(1);
  steps[0].name = "get";
  out->steps = std::move(steps);
  out->digest[0] = static_cast<std::uint8_t>(interval / 1ms);
  out->digest[1] = static_cast<std::uint8_t>(interval / 256ms);
  return out;
}

class planning : public testing::Test {
 protected:
  void replace(planner& p, const probe::scenario_list& list, core::instant now) {
    p.replace(list, setup_, now, wall0 + static_cast<std::uint64_t>((now - t0).count()));
  }
  planner limited(run_plan plan, planner::limits most = {}) { return {metrics_, plan, most}; }

  /// Takes everything that is due; gives what begins.
  std::vector<probe::planned_run> take(planner& p, core::instant now) {
    std::vector<probe::planned_run> out;
    while (auto next = p.take(now)) out.push_back(*std::move(next));
    return out;
  }
  void end(planner& p, const probe::planned_run& run) {
    if (!run.of->abandoned) run.of->ledger().finish();
    p.ended(*run.of);
  }

  probe::run_metrics metrics_;
  std::shared_ptr<probe::probe_setup> setup_ = std::make_shared<probe::probe_setup>();
};

TEST_F(planning, the_earliest_start_goes_first_whoever_it_is_of) {
  run_plan plan;
  plan.iterations = 3;
  auto p = limited(plan);
  replace(p, {scenario("a", 100ms), scenario("b", 40ms)}, t0);
  std::vector<std::string> order;
  for (const auto& run : take(p, t0 + 250ms))
    order.push_back(run.of->scenario->name + std::to_string((run.intended - t0) / 1ms));
  EXPECT_EQ(order, (std::vector<std::string>{"a0", "b0", "b40", "b80", "a100", "a200"}));
  EXPECT_FALSE(p.next());
}

TEST_F(planning, more_than_may_run_are_missed_by_overrun) {
  run_plan plan;
  plan.iterations = 5;
  auto p = limited(plan);
  replace(p, {scenario("a", 10ms, 2)}, t0);
  const auto runs = take(p, t0 + 100ms);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(p.ledgers().at("a").missed(missed_reason::overrun), 3u);
  EXPECT_FALSE(p.done());
  for (const auto& run : runs) end(p, run);
  EXPECT_TRUE(p.done());
}

TEST_F(planning, more_than_all_together_may_run_are_missed_as_exhausted) {
  run_plan plan;
  plan.iterations = 2;
  planner::limits most;
  most.running = 3;
  auto p = limited(plan, most);
  replace(p, {scenario("a", 10ms), scenario("b", 10ms)}, t0);
  EXPECT_EQ(take(p, t0 + 50ms).size(), 3u);
  EXPECT_EQ(p.ledgers().at("b").missed(missed_reason::exhausted), 1u);
}

// Asked all the time, but with more to start than it gets done: lag, not suspension.
TEST_F(planning, what_the_loop_is_too_busy_for_is_missed_as_late) {
  run_plan plan;
  plan.duration = 10s;
  auto p = limited(plan);
  replace(p, {scenario("a", 10ms, 1000)}, t0);
  std::uint64_t begun = 0;
  core::duration worst{};
  for (auto now = t0; p.next() && now < t0 + 20s; now += 20ms) {  // half of what is due
    if (auto run = p.take(now)) {
      ++begun;
      worst = std::max(worst, now - run->intended);
    }
  }
  const auto ledger = p.ledgers().at("a");
  EXPECT_EQ(ledger.scheduled(), 1000u);
  EXPECT_GT(ledger.missed(missed_reason::late), 300u);
  EXPECT_EQ(ledger.missed(), ledger.missed(missed_reason::late));
  EXPECT_EQ(begun + ledger.missed(), 1000u);
  EXPECT_LE(worst, 1s);
}

TEST_F(planning, a_sleep_is_missed_as_a_whole_and_no_burst_follows) {
  auto p = limited({});
  replace(p, {scenario("a", 100ms), scenario("b", 1h)}, t0);
  auto now = t0;
  std::uint64_t runs = 0;
  for (; now < t0 + 5s; now += 50ms)
    for (const auto& run : take(p, now)) ++runs, end(p, run);
  EXPECT_EQ(runs, 50u);
  now += 8h;
  const auto after = take(p, now);
  EXPECT_TRUE(after.empty());
  EXPECT_NEAR(static_cast<double>(p.ledgers().at("a").missed(missed_reason::suspended)), 288'000,
              1);
  EXPECT_EQ(p.ledgers().at("b").missed(missed_reason::suspended), 8u);
  ASSERT_TRUE(p.next());
  EXPECT_LE(*p.next(), now + 100ms);
  EXPECT_EQ((*p.next() - t0) % 100ms, (probe::first_start("a", 100ms, t0, wall0) - t0) % 100ms)
      << "its places are what they were";
  EXPECT_EQ(take(p, now + 100ms).size(), 1u);
}

TEST_F(planning, an_hour_between_two_starts_is_no_sleep) {
  auto p = limited({});
  replace(p, {scenario("a", 1h)}, t0);
  for (int i = 0; i < 3; ++i) {
    const auto runs = take(p, *p.next() + 10ms);
    ASSERT_EQ(runs.size(), 1u);
    end(p, runs[0]);
  }
  EXPECT_EQ(p.ledgers().at("a").missed(), 0u);
}

TEST_F(planning, a_reload_keeps_the_account_of_what_says_the_same) {
  auto p = limited({});
  replace(p, {scenario("stays", 100ms), scenario("goes", 100ms), scenario("changes", 100ms)}, t0);
  const auto runs = take(p, t0 + 500ms);
  EXPECT_EQ(runs.size(), 15u);
  replace(p, {scenario("stays", 100ms), scenario("changes", 200ms), scenario("comes", 100ms)},
          t0 + 500ms);
  EXPECT_EQ(p.ledgers().at("stays").scheduled(), 5u);
  EXPECT_EQ(p.ledgers().at("changes").scheduled(), 0u);
  EXPECT_FALSE(p.ledgers().contains("goes"));
  for (const auto& run : runs) end(p, run);
  EXPECT_FALSE(p.any_running()) << "also those of what has gone have ended";
}

TEST_F(planning, nothing_starts_after_the_end_not_even_after_a_reload) {
  auto p = limited({});
  replace(p, {scenario("a", 100ms)}, t0);
  const auto runs = take(p, t0 + 150ms);
  p.stop();
  replace(p, {scenario("a", 100ms), scenario("b", 100ms)}, t0 + 200ms);
  EXPECT_FALSE(p.next());
  EXPECT_TRUE(take(p, t0 + 1s).empty());
  p.abandon();
  EXPECT_EQ(p.ledgers().at("a").missed(missed_reason::shutdown), runs.size());
  for (const auto& run : runs) end(p, run);  // too late to count
  EXPECT_EQ(p.ledgers().at("a").runs(), 0u);
  EXPECT_TRUE(p.ledgers().at("a").balanced());
}

TEST_F(planning, a_load_gives_the_starts_and_more_may_run) {
  run_plan plan;
  plan.by_load = plan.once = true;
  auto p = limited(plan);
  auto loaded = scenario("loaded", 1h);
  loaded->max_running.reset();
  probe::load_stage stage;
  stage.constant = probe::constant_load{{100}, 1s};
  loaded->load.push_back(stage);
  replace(p, {loaded, scenario("plain", 1ms)}, t0);
  EXPECT_EQ(take(p, t0 + 1s).size(), 101u);
  EXPECT_FALSE(p.next());
  EXPECT_EQ(p.ledgers().at("loaded").runs() + p.ledgers().at("loaded").running(), 100u);
  EXPECT_EQ(p.ledgers().at("plain").scheduled(), 1u);
}

TEST(first_start, spreads_a_thousand_scenarios_evenly) {
  constexpr int count = 1000, parts = 50;
  std::array<int, parts> in_part{};
  for (int i = 0; i < count; ++i) {
    const auto first = probe::first_start("scenario-" + std::to_string(i), 10s, t0, wall0);
    ++in_part[static_cast<std::size_t>((first - t0) / (core::duration(10s) / parts))];
  }
  // 20 expected in each; chi-squared with 49 degrees of freedom stays below 85.4 in 99.9 % of
  // cases.
  double chi_squared = 0;
  for (const int n : in_part) chi_squared += (n - 20.0) * (n - 20.0) / 20;
  EXPECT_LT(chi_squared, 85.4);
}

/// An hour of virtual time with a thousand scenarios whose runs take random times, with reloads
/// that take some away and change others, a sleeping machine, and a drain at the end.
class virtual_hour : public planning {
 protected:
  static constexpr int count = 1000;
  struct running {
    core::instant end;
    probe::planned_run run;
    bool operator<(const running& other) const noexcept { return end > other.end; }
  };

  core::duration interval_of(int i, int generation) const {
    // Each reload changes every tenth scenario.
    const bool changed = generation > 0 && i % 10 == generation % 10;
    return 500ms + 10ms * (i * 7919 % 1000) + (changed ? 1ms * generation : 0ms);
  }
  probe::scenario_list list(int generation) const {
    probe::scenario_list out;
    for (int i = 0; i < count; ++i)
      if (i % 97 != generation % 97) {  // and leaves some out
        auto s = scenario("s" + std::to_string(i), interval_of(i, generation), 1 + i % 3);
        s->digest[2] = static_cast<std::uint8_t>(i % 10 == generation % 10 ? generation : 0);
        out.push_back(s);
      }
    return out;
  }
  core::duration duration() {
    const auto r = random_() % 1000;
    if (r < 10)
      return std::chrono::milliseconds(5000 + random_() % 30'000);  // now and then a stall
    return std::chrono::microseconds(500 + random_() % 800'000);
  }

  void end_until(planner& p, core::instant now) {
    while (!under_way_.empty() && under_way_.top().end <= now) {
      if (!under_way_.top().run.of->abandoned) ++finished_;
      end(p, under_way_.top().run);
      under_way_.pop();
    }
  }
  void begin(planner& p, core::instant now) {
    while (auto run = p.take(now)) {
      EXPECT_GE(now, run->intended);
      EXPECT_LE(now - run->intended, 1s);
      slots_.insert(run->of);
      ++begun_;
      under_way_.push({now + duration(), *std::move(run)});
    }
  }

  std::mt19937_64 random_{7};
  std::priority_queue<running> under_way_;
  std::set<std::shared_ptr<probe::run_slot>> slots_;
  std::uint64_t begun_ = 0, finished_ = 0;
};

TEST_F(virtual_hour, scheduled_is_run_and_missed_exactly) {
  auto p = limited({});
  replace(p, list(0), t0);
  int reloads = 0;
  bool slept = false;
  auto now = t0;
  while (now < t0 + 1h) {
    // The loop wakes for the next start or end, a little late.
    auto wake = p.next().value_or(now + 1s);
    if (!under_way_.empty()) wake = std::min(wake, under_way_.top().end);
    now = std::max(now, wake) + std::chrono::microseconds(random_() % 300);
    if (!slept && now > t0 + 20min) slept = true, now += 90s;
    end_until(p, now);
    begin(p, now);
    if (now - t0 > (reloads + 1) * 5min) replace(p, list(++reloads), now);
  }
  EXPECT_GE(reloads, 11);
  p.stop();
  const auto grace = now + 2s;
  end_until(p, grace);
  p.abandon();
  end_until(p, grace + 1h);

  probe::run_ledger sum;
  std::uint64_t scheduled = 0, runs = 0;
  std::map<missed_reason, std::uint64_t> missed;
  for (const auto& slot : slots_) {
    const auto& ledger = slot->ledger();
    EXPECT_EQ(ledger.running(), 0u);
    EXPECT_EQ(ledger.scheduled(), ledger.runs() + ledger.missed()) << slot->scenario->name;
    scheduled += ledger.scheduled();
    runs += ledger.runs();
    for (const auto why : probe::all_missed_reasons) missed[why] += ledger.missed(why);
  }
  EXPECT_EQ(runs, finished_);
  EXPECT_EQ(begun_, runs + missed[missed_reason::shutdown]);
  EXPECT_GT(scheduled, 500'000u);
  for (const auto why : {missed_reason::overrun, missed_reason::suspended, missed_reason::shutdown})
    EXPECT_GT(missed[why], 0u) << to_label(why);
  EXPECT_EQ(missed[missed_reason::late], 0u);
  EXPECT_EQ(missed[missed_reason::exhausted], 0u);
}

/// The same hour without reloads: what was scheduled is what the intervals say, start for start.
TEST_F(virtual_hour, scheduled_is_what_the_intervals_say) {
  auto p = limited({});
  const auto all = list(0);
  replace(p, all, t0);
  for (auto now = t0; now < t0 + 1h;) {
    now = std::min(std::max(now, *p.next()), t0 + 1h);
    if (now == t0 + 1h) break;
    end_until(p, now);
    begin(p, now);
  }
  const auto ledgers = p.ledgers();
  for (const auto& s : all) {
    const auto first = probe::first_start(s->name, s->interval, t0, wall0);
    EXPECT_EQ(ledgers.at(s->name).scheduled(),
              static_cast<std::uint64_t>((t0 + 1h - first - 1ns) / s->interval) + 1);
    EXPECT_TRUE(ledgers.at(s->name).balanced());
  }
}

}  // namespace
