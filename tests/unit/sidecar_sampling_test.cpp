#include "sidecar/proxy/sampling.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;

constexpr rule_bits synthetic = bit(trace_rule::synthetic), head = bit(trace_rule::head),
                    share = bit(trace_rule::share);
constexpr rule_modes on{0x3f, 0};
constexpr std::uint64_t most = ~0ULL >> 8;
const std::uint64_t none = sampling_threshold(0), half = sampling_threshold(0.5),
                    all = sampling_threshold(1);

TEST(head_rules, verified_probes_are_always_kept) {
  EXPECT_EQ(head_rules({.synthetic = true, .random = most}, none, record_mode::sampled, on),
            synthetic);
}

TEST(head_rules, a_trusted_caller_is_followed_both_ways) {
  sampling_facts facts{
      .has_caller = true, .caller_is_trusted = true, .caller_sampled = true, .random = most};
  EXPECT_EQ(head_rules(facts, none, record_mode::sampled, on), head);
  facts.caller_sampled = false;
  facts.random = 0;
  EXPECT_EQ(head_rules(facts, all, record_mode::sampled, on), 0);
}

TEST(head_rules, where_all_is_recorded_the_share_is_drawn_of_what_the_caller_left) {
  sampling_facts facts{.has_caller = true, .caller_is_trusted = true, .random = 0};
  EXPECT_EQ(head_rules(facts, half, record_mode::all, on), share);
  facts.random = most;
  EXPECT_EQ(head_rules(facts, half, record_mode::all, on), 0);
}

TEST(head_rules, a_strangers_flag_is_not_obeyed) {
  sampling_facts facts{.has_caller = true, .caller_sampled = true, .random = most};
  EXPECT_EQ(head_rules(facts, half, record_mode::sampled, on), 0);
  facts.random = 0;
  EXPECT_EQ(head_rules(facts, half, record_mode::sampled, on), share);
}

TEST(head_rules, a_caller_that_is_not_followed_leaves_it_to_the_share) {
  const rule_modes dry{static_cast<rule_bits>(0x3f & ~head), head};
  sampling_facts facts{
      .has_caller = true, .caller_is_trusted = true, .caller_sampled = true, .random = 0};
  EXPECT_EQ(head_rules(facts, half, record_mode::sampled, dry), head | share);
  facts.random = most;
  const auto matched = head_rules(facts, half, record_mode::sampled, dry);
  EXPECT_FALSE(decide(matched, dry).kept());
  EXPECT_EQ(decide(matched, dry).would, head);
}

class sampling_layer : public ::testing::Test {
 protected:
  sampling_layer() { record.listener = &settings; }
  void pass(double ratio, record_mode mode = record_mode::sampled) {
    config.sample_ratio = ratio;
    config.record = mode;
    state = std::make_shared<tracing_state>(sink, config, false);
    sampling layer(random, metrics, make_settings(config), state);
    EXPECT_FALSE(layer.before(record));
  }
  std::uint64_t candidates() {
    return metrics.counter({"remora_trace_share_candidates_total", "", core::metric_type::counter})
        .value();
  }
  core::span_sink sink{"test", "0", "i", 10, true};
  core::metrics_shard metrics;
  core::random_source random{7};
  listener_settings settings;
  tracing_config config;
  std::shared_ptr<tracing_state> state;
  exchange_record record;
};

TEST_F(sampling_layer, a_request_without_context_becomes_a_root) {
  pass(1.0);
  EXPECT_TRUE(record.context.trace);
  EXPECT_TRUE(record.context.span);
  EXPECT_TRUE(record.context.sampled());
  EXPECT_EQ(candidates(), 1u);
}

TEST_F(sampling_layer, a_request_with_context_becomes_its_child) {
  record.caller = core::new_root(random, false);
  pass(0.0);
  EXPECT_EQ(record.context.trace, record.caller.trace);
  EXPECT_FALSE(record.context.span == record.caller.span);
  EXPECT_FALSE(record.context.sampled());
}

TEST_F(sampling_layer, who_a_trusted_caller_decided_for_is_no_candidate) {
  settings.trust = trust_level::peers;
  record.caller = core::new_root(random, true);
  pass(0.0);
  EXPECT_TRUE(record.context.sampled());
  EXPECT_EQ(candidates(), 0u);
}

TEST_F(sampling_layer, load_is_not_kept_as_checks_are_but_drawn_like_any_request) {
  record.synthetic = true;
  pass(0.0);
  EXPECT_TRUE(record.context.sampled());
  record.load = true;
  pass(0.0);
  EXPECT_FALSE(record.context.sampled());
  EXPECT_EQ(candidates(), 1u);
  pass(1.0);
  EXPECT_TRUE(record.context.sampled());
}

TEST_F(sampling_layer, a_root_is_drawn_by_its_trace_id) {
  for (int i = 0; i < 200; ++i) {
    record = {};
    record.listener = &settings;
    pass(0.5);
    const bool below = randomness_of(record.context, {}) < sampling_threshold(0.5);
    EXPECT_EQ(record.context.sampled(), below);
  }
}

TEST_F(sampling_layer, a_stranger_cannot_choose_a_trace_id_that_is_kept) {
  int kept = 0;
  for (int i = 0; i < 400; ++i) {
    record = {};
    record.listener = &settings;
    record.caller =
        *core::parse_traceparent("00-0123456789abcdef0000000000000001-00f067aa0ba902b7-03");
    record.state = core::trace_state::parse("ot=rv:00000000000000");
    pass(0.5);
    kept += record.context.sampled();
    EXPECT_TRUE(record.state.empty());
  }
  EXPECT_NEAR(kept, 200, 60);
}

TEST_F(sampling_layer, recording_all_flags_all_and_draws_for_those_behind_us) {
  record.caller =
      *core::parse_traceparent("00-0123456789abcdef0000000000000001-00f067aa0ba902b7-00");
  record.state = core::trace_state::parse("a=b,ot=rv:00000000000000");
  pass(0.0, record_mode::all);
  EXPECT_TRUE(record.context.sampled());
  EXPECT_FALSE(decide(record.trace_rules, on).kept());
  EXPECT_NE(randomness_of(record.context, record.state), 0u);
  EXPECT_TRUE(record.state.to_string().starts_with("ot=rv:"));
}

TEST_F(sampling_layer, recording_all_tells_callees_how_the_trace_stands) {
  settings.side = direction::outbound;
  settings.trust = trust_level::peers;
  config.record = record_mode::all;
  const auto stands = [&](auto set_up) {
    record = {};
    record.listener = &settings;
    record.caller = core::new_root(random, true);
    state = std::make_shared<tracing_state>(sink, config, false);
    set_up(record.caller.trace);
    sampling(random, metrics, make_settings(config), state).before(record);
    return record.context.sampled();
  };
  EXPECT_TRUE(stands([&](auto trace) { state->book.begin(trace, true); }));
  EXPECT_FALSE(stands([&](auto trace) { state->book.begin(trace, false); }));
  EXPECT_FALSE(stands([&](auto trace) { state->book.end(trace, false); }));
  EXPECT_TRUE(stands([](auto) {}));  // the application's own trace
}

TEST_F(sampling_layer, the_applications_flag_is_followed_even_when_callers_are_not) {
  settings.side = direction::outbound;
  settings.trust = trust_level::peers;
  config.rules.head = rule_mode::off;
  record.caller = core::new_root(random, true);
  pass(0.0);
  EXPECT_TRUE(record.context.sampled());
}

}  // namespace
