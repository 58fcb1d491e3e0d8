#include "sidecar/relay/tail_sampler.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

constexpr rule_bits error = bit(trace_rule::error), slow = bit(trace_rule::slow),
                    callee = bit(trace_rule::callee), share = bit(trace_rule::share);

struct decided {
  const char* name;
  rule_bits matched;
  rule_modes modes;
  std::optional<trace_rule> by;
  rule_bits would;
};
class decisions : public ::testing::TestWithParam<decided> {};

TEST_P(decisions, follow_the_order_of_the_rules) {
  const auto out = decide(GetParam().matched, GetParam().modes);
  EXPECT_EQ(out.by, GetParam().by);
  EXPECT_EQ(out.would, GetParam().would);
  EXPECT_EQ(out.kept(), GetParam().by.has_value());
}

constexpr rule_modes all_on{0x3f, 0};

INSTANTIATE_TEST_SUITE_P(
    tail_sampler, decisions,
    ::testing::Values(
        decided{"nothing_matched", 0, all_on, std::nullopt, 0},
        decided{"the_first_of_several", error | slow | share, all_on, trace_rule::error, 0},
        decided{"the_last", share, all_on, trace_rule::share, 0},
        decided{"synthetic_before_all", 0x3f, all_on, trace_rule::synthetic, 0},
        decided{"a_rule_that_is_off", error, {share, 0}, std::nullopt, 0},
        decided{"off_leaves_it_to_the_next", error | slow, {slow, 0}, trace_rule::slow, 0},
        decided{"dry_keeps_nothing", error | slow, {share, error}, std::nullopt, error},
        decided{
            "several_dry", error | slow | callee, {0, 0x3f}, std::nullopt, error | slow | callee},
        decided{
            "dry_is_silent_about_what_is_kept", error | slow, {slow, error}, trace_rule::slow, 0}),
    [](const auto& row) { return row.param.name; });

TEST(modes_of, defaults_have_every_rule_on) {
  EXPECT_EQ(modes_of({}).on, 0x3f);
  EXPECT_EQ(modes_of({}).dry, 0);
}

TEST(modes_of, tells_on_off_and_dry_apart) {
  trace_rules_config config;
  config.error = rule_mode::off;
  config.slow = rule_mode::dry_run;
  EXPECT_FALSE(modes_of(config).is_on(trace_rule::error));
  EXPECT_FALSE(modes_of(config).is_on(trace_rule::slow));
  EXPECT_EQ(modes_of(config).dry, slow);
}

class outcomes : public ::testing::Test {
 protected:
  outcomes() {
    settings.routes.push_back({"/r", 1s, {}, {}, 100ms});
    settings.routes.push_back({"other", 1s, {}, {}, 1s});
    record.listener = &settings;
    record.received = core::now();
    record.status = 200;
  }
  rule_bits after(core::duration d) const { return outcome_rules(record, record.received + d); }
  listener_settings settings;
  exchange_record record;
};

TEST_F(outcomes, a_quick_success_matches_nothing) {
  EXPECT_EQ(after(5ms), 0);
}

TEST_F(outcomes, slow_is_by_route_and_longer_than_the_bound) {
  EXPECT_EQ(after(100ms), 0);
  EXPECT_EQ(after(101ms), slow);
  record.route = 1;
  EXPECT_EQ(after(999ms), 0);
  EXPECT_EQ(after(1001ms), slow);
}

TEST_F(outcomes, a_tunnel_is_never_slow) {
  record.status = 101;
  EXPECT_EQ(after(1h), 0);
}

TEST_F(outcomes, a_server_error_is_one_whoever_made_it) {
  record.status = 500;
  EXPECT_EQ(after(5ms), error);
  record.status = 502;
  record.why = failure::connection_refused;
  EXPECT_EQ(after(5ms), error);
}

TEST_F(outcomes, an_answer_that_broke_off_is_an_error_although_it_said_200) {
  record.why = failure::upstream_incomplete;
  EXPECT_EQ(after(5ms), error);
}

TEST_F(outcomes, what_the_client_did_is_no_error) {
  record.status = 404;
  EXPECT_EQ(after(5ms), 0);
  record.status = 499;
  record.why = failure::client_closed;
  EXPECT_EQ(after(5ms), 0);
  record.status = 400;
  record.why = failure::bad_request;
  EXPECT_EQ(after(5ms), 0);
}

class decision_counting : public ::testing::Test {
 protected:
  std::uint64_t counted(const char* rule, const char* decision) {
    return metrics
        .counter({"remora_trace_decisions_total", "", core::metric_type::counter},
                 {{"rule", rule}, {"decision", decision}})
        .value();
  }
  core::metrics_shard metrics;
  decision_counters counters{metrics};
};

TEST_F(decision_counting, counts_every_request_once_as_kept_or_dropped) {
  counters.count(decide(error | share, all_on));
  counters.count(decide(share, all_on));
  counters.count(decide(0, all_on));
  EXPECT_EQ(counted("error", "kept"), 1u);
  EXPECT_EQ(counted("share", "kept"), 1u);
  EXPECT_EQ(counted("share", "dropped"), 1u);
  EXPECT_EQ(counted("error", "would_keep"), 0u);
}

TEST_F(decision_counting, a_dry_rule_says_what_it_would_add) {
  counters.count(decide(error | slow, {share, error | slow}));
  EXPECT_EQ(counted("error", "would_keep"), 1u);
  EXPECT_EQ(counted("slow", "would_keep"), 1u);
  EXPECT_EQ(counted("share", "dropped"), 1u);
}

}  // namespace
