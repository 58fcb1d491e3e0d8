#include "sidecar/relay/share_controller.hpp"

#include <gtest/gtest.h>

#include "core/random_source.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;
using core::span_context;
using core::trace_state;

span_context with(std::string_view traceparent) {
  return core::parse_traceparent(traceparent).value();
}
constexpr std::uint64_t whole = 1ULL << 56;

TEST(randomness_of, is_the_rightmost_56_bits_of_a_random_id) {
  const auto c = with("00-0123456789abcdef0011223344556677-00f067aa0ba902b7-03");
  EXPECT_EQ(randomness_of(c, {}), 0x11223344556677u);
}

TEST(randomness_of, an_id_that_is_not_said_to_be_random_is_hashed) {
  // Ids that count upwards, as some tracers make them, must not all fall on one side.
  int low = 0;
  for (int i = 1; i <= 1000; ++i) {
    span_context c;
    c.trace.bytes[15] = static_cast<std::uint8_t>(i);
    c.trace.bytes[14] = static_cast<std::uint8_t>(i >> 8);
    const auto r = randomness_of(c, {});
    EXPECT_LT(r, whole);
    EXPECT_EQ(r, randomness_of(c, {}));
    low += r < whole / 2;
  }
  EXPECT_NEAR(low, 500, 80);
}

TEST(randomness_of, all_of_an_id_that_is_hashed_counts) {
  span_context a, b;
  a.trace.bytes[0] = 1;
  b.trace.bytes[0] = 2;
  EXPECT_NE(randomness_of(a, {}), randomness_of(b, {}));
}

TEST(randomness_of, explicit_randomness_comes_first) {
  const auto c = with("00-0123456789abcdef0011223344556677-00f067aa0ba902b7-03");
  EXPECT_EQ(randomness_of(c, trace_state::parse("a=b,ot=th:8;rv:0123456789abcd")),
            0x0123456789abcdu);
  EXPECT_EQ(randomness_of(c, trace_state::parse("ot=" + randomness_member(42))), 42u);
}

TEST(randomness_of, explicit_randomness_of_another_shape_does_not_count) {
  const auto c = with("00-0123456789abcdef0011223344556677-00f067aa0ba902b7-03");
  for (const char* other : {"ot=rv:0123456789abc", "ot=rv:0123456789abcde", "ot=rv:0123456789abcg",
                            "ot=rv:0123456789ABCD", "ot=th:0123456789abcd", "rv=rv:0123456789abcd"})
    EXPECT_EQ(randomness_of(c, trace_state::parse(other)), 0x11223344556677u) << other;
}

TEST(randomness_of, a_cut_member_does_not_count) {
  const auto c = with("00-0123456789abcdef0011223344556677-00f067aa0ba902b7-03");
  const std::string member = "ot=th:8;rv:0123456789abcd";
  for (std::size_t size = 0; size < member.size(); ++size)
    EXPECT_EQ(randomness_of(c, trace_state::parse(member.substr(0, size))), 0x11223344556677u)
        << member.substr(0, size);
}

TEST(sampling_threshold, none_and_all_are_exact) {
  EXPECT_EQ(sampling_threshold(0), 0u);
  EXPECT_EQ(sampling_threshold(1), whole);
  EXPECT_EQ(sampling_threshold(0.5), whole / 2);
}

TEST(sampling_threshold, keeps_about_its_share) {
  core::random_source random(1);
  int kept = 0;
  for (int i = 0; i < 100000; ++i)
    kept += randomness_of(core::new_root(random, false), {}) < sampling_threshold(0.1);
  EXPECT_NEAR(kept, 10000, 500);
}

TEST(share_controller, keeps_its_first_ratio_until_something_came) {
  share_controller c(10, 0.25);
  EXPECT_EQ(c.update(0, 1s), 0.25);
  EXPECT_EQ(c.update(0, 1s), 0.25);
}

TEST(share_controller, reaches_the_target_at_a_steady_rate) {
  share_controller c(10, 0.01);
  double ratio = 0;
  for (int i = 0; i < 120; ++i) ratio = c.update(1000, 1s);
  EXPECT_NEAR(ratio * 1000, 10, 0.01);
}

TEST(share_controller, keeps_everything_below_the_target) {
  share_controller c(10, 0.01);
  EXPECT_EQ(c.update(5, 1s), 1.0);
}

TEST(share_controller, answers_a_burst_slowly) {
  share_controller c(10, 0.01);
  for (int i = 0; i < 120; ++i) c.update(100, 1s);
  const double before = c.ratio();
  const double second = c.update(10'000, 1s);
  EXPECT_GT(second, before / 5);
  double later = second;
  for (int i = 0; i < 200; ++i) later = c.update(10'000, 1s);
  EXPECT_NEAR(later * 10'000, 10, 0.5);
}

TEST(share_controller, does_not_depend_on_how_often_it_is_asked) {
  share_controller often(10, 1), rarely(10, 1);
  often.update(100, 1s);
  rarely.update(100, 1s);
  for (int i = 0; i < 50; ++i) often.update(40, 200ms);
  for (int i = 0; i < 10; ++i) rarely.update(200, 1s);
  EXPECT_NEAR(often.ratio(), rarely.ratio(), rarely.ratio() * 0.01);
}

}  // namespace
