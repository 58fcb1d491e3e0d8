#include "sidecar/relay/tracing_state.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sidecar_relayed_spans.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

class state_test : public ::testing::Test {
 protected:
  state_test() {
    config.sample_ratio = 0.5;
    config.traces_per_second = 10;
  }
  tracing_state& state() {
    if (!state_) {
      state_ = std::make_unique<tracing_state>(sink, config, true);
      state_->add_candidates(seen);
    }
    return *state_;
  }
  void pass(int seconds, std::uint64_t requests_a_second) {
    for (int i = 0; i < seconds; ++i) {
      seen.add(requests_a_second);
      state().tick(now += 1s);
    }
  }
  core::span_sink sink{"test", "0", "i", 10, true};
  tracing_config config;
  core::counter_cell seen;
  core::instant now = core::now();

 private:
  std::unique_ptr<tracing_state> state_;
};

TEST_F(state_test, the_share_follows_the_rate_of_requests) {
  EXPECT_EQ(state().threshold(), sampling_threshold(0.5));
  pass(100, 1000);
  EXPECT_NEAR(static_cast<double>(state().threshold()),
              static_cast<double>(sampling_threshold(0.01)), 1e12);
}

TEST_F(state_test, without_a_target_the_share_stays) {
  config.traces_per_second.reset();
  pass(100, 1000);
  EXPECT_EQ(state().threshold(), sampling_threshold(0.5));
}

TEST_F(state_test, a_reload_with_the_same_target_keeps_what_was_learned) {
  pass(100, 1000);
  const auto before = state().threshold();
  state().adopt(config);
  EXPECT_EQ(state().threshold(), before);
  config.traces_per_second = 20;
  state().adopt(config);
  EXPECT_EQ(state().threshold(), sampling_threshold(0.5));
}

TEST_F(state_test, marks_are_forgotten_after_one_to_two_minutes) {
  pass(1, 0);
  state().marks.mark(tests::trace_of(1));
  pass(60, 0);
  EXPECT_TRUE(state().marks.contains(tests::trace_of(1)));
  pass(60, 0);
  EXPECT_FALSE(state().marks.contains(tests::trace_of(1)));
}

TEST_F(state_test, modes_follow_the_configuration) {
  EXPECT_FALSE(state().records_all());
  EXPECT_TRUE(state().watches_roots());
  config.record = record_mode::all;
  config.propagation = false;
  state().adopt(config);
  EXPECT_TRUE(state().records_all());
  EXPECT_FALSE(state().watches_roots());
}

TEST_F(state_test, requests_in_flight_are_counted_by_worker) {
  int first = 0, second = 0;
  auto& one = state().flights(&first);
  state().flights(&second);
  EXPECT_EQ(&one, &state().flights(&first));
  EXPECT_FALSE(state().any_in_flight());
  one.enter();
  EXPECT_TRUE(state().any_in_flight());
  one.leave();
  EXPECT_FALSE(state().any_in_flight());
}

}  // namespace
