#include "sidecar/proxy/sampling.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;

TEST(keep, verified_probes_are_always_kept) {
  EXPECT_TRUE(keep({.synthetic = true, .random = ~0ULL >> 8}, sampling_threshold(0)));
}

TEST(keep, a_trusted_caller_is_followed_both_ways) {
  sampling_facts facts{
      .has_caller = true, .caller_is_trusted = true, .caller_sampled = true, .random = ~0ULL >> 8};
  EXPECT_TRUE(keep(facts, sampling_threshold(0)));
  facts.caller_sampled = false;
  facts.random = 0;
  EXPECT_FALSE(keep(facts, sampling_threshold(1)));
}

TEST(keep, a_strangers_flag_is_not_obeyed) {
  sampling_facts facts{.has_caller = true, .caller_sampled = true, .random = ~0ULL >> 8};
  EXPECT_FALSE(keep(facts, sampling_threshold(0.5)));
  facts.random = 0;
  EXPECT_TRUE(keep(facts, sampling_threshold(0.5)));
}

TEST(sampling_threshold, none_and_all_are_exact) {
  EXPECT_FALSE(keep({.random = 0}, sampling_threshold(0)));
  EXPECT_TRUE(keep({.random = ~0ULL >> 8}, sampling_threshold(1)));
}

TEST(sampling_threshold, keeps_about_its_share) {
  core::random_source random(1);
  int kept = 0;
  for (int i = 0; i < 100000; ++i)
    kept += keep({.random = random.next() >> 8}, sampling_threshold(0.1));
  EXPECT_NEAR(kept, 10000, 500);
}

class sampling_layer : public ::testing::Test {
 protected:
  sampling_layer() { record.listener = &settings; }
  core::random_source random{7};
  listener_settings settings;
  exchange_record record;
};

TEST_F(sampling_layer, a_request_without_context_becomes_a_root) {
  sampling layer(random, 1.0);
  EXPECT_FALSE(layer.before(record));
  EXPECT_TRUE(record.context.trace);
  EXPECT_TRUE(record.context.span);
  EXPECT_TRUE(record.context.sampled());
}

TEST_F(sampling_layer, a_request_with_context_becomes_its_child) {
  record.caller = core::new_root(random, false);
  sampling(random, 0.0).before(record);
  EXPECT_EQ(record.context.trace, record.caller.trace);
  EXPECT_FALSE(record.context.span == record.caller.span);
  EXPECT_FALSE(record.context.sampled());
}

}  // namespace
