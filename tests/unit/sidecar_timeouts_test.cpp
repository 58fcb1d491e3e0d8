#include "sidecar/proxy/timeouts.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

struct timeout_text {
  const char* name;
  const char* text;
  std::optional<core::duration> value;
};
class timeout_values : public ::testing::TestWithParam<timeout_text> {};

TEST_P(timeout_values, are_digits_and_nothing_else) {
  EXPECT_EQ(parse_timeout(GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(sidecar, timeout_values,
                         ::testing::Values(timeout_text{"usual", "1500", 1500ms},
                                           timeout_text{"zero", "0", 0ms},
                                           timeout_text{"leading_zeros", "007", 7ms},
                                           timeout_text{"longest", "999999999", 999999999ms},
                                           timeout_text{"too_long", "1000000000", std::nullopt},
                                           timeout_text{"empty", "", std::nullopt},
                                           timeout_text{"sign", "-1", std::nullopt},
                                           timeout_text{"plus", "+1", std::nullopt},
                                           timeout_text{"unit", "5s", std::nullopt},
                                           timeout_text{"fraction", "1.5", std::nullopt},
                                           timeout_text{"space", " 1", std::nullopt},
                                           timeout_text{"hex", "0x10", std::nullopt},
                                           timeout_text{"list", "1, 2", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

TEST(parse_timeout, every_prefix_of_a_value_is_one_or_nothing) {
  const std::string_view whole = "123456789x";
  for (std::size_t n = 0; n <= whole.size(); ++n)
    EXPECT_EQ(parse_timeout(whole.substr(0, n)).has_value(), n > 0 && n < whole.size()) << n;
}

TEST(milliseconds_left, are_rounded_down_and_never_negative) {
  const core::instant now(1000s);
  EXPECT_EQ(milliseconds_left({now + 1999us}, now), 1u);
  EXPECT_EQ(milliseconds_left({now + 999us}, now), 0u);
  EXPECT_EQ(milliseconds_left({now - 1s}, now), 0u);
}

class deadlines : public ::testing::Test {
 protected:
  deadlines() {
    settings.name = "in";
    settings.trust = trust_level::peers;
    settings.routes.push_back({"/a", 10s, {}, {}});
    record.listener = &settings;
    record.request = &head;
    record.received = core::instant(1000s);
  }
  std::optional<reply> pass() { return timeouts(metrics, settings).before(record); }
  void header(const char* value) { head.fields.add({"Remora-Timeout-Ms", value}); }
  std::uint64_t counted(const char* result) {
    return metrics
        .counter({"remora_deadlines_total", "", core::metric_type::counter},
                 {{"listener", "in"}, {"result", result}})
        .value();
  }
  core::metrics_shard metrics;
  core::request_head head;
  listener_settings settings;
  exchange_record record;
};

TEST_F(deadlines, without_a_header_it_is_the_routes_timeout) {
  EXPECT_FALSE(pass());
  EXPECT_EQ(record.until.at, record.received + 10s);
  EXPECT_EQ(record.promised.at, core::instant::max());
}

TEST_F(deadlines, a_peers_deadline_shortens_it) {
  header("2500");
  EXPECT_FALSE(pass());
  EXPECT_EQ(record.until.at, record.received + 2500ms);
  EXPECT_EQ(record.promised.at, record.received + 2500ms);
  EXPECT_EQ(counted("shortened"), 1u);
}

TEST_F(deadlines, and_never_lengthens_it) {
  header("60000");
  EXPECT_FALSE(pass());
  EXPECT_EQ(record.until.at, record.received + 10s);
  EXPECT_EQ(counted("longer"), 1u);
}

TEST_F(deadlines, a_strangers_is_not_looked_at) {
  settings.trust = trust_level::strangers;
  header("1");
  EXPECT_FALSE(pass());
  EXPECT_EQ(record.until.at, record.received + 10s);
  EXPECT_EQ(counted("shortened"), 0u);
}

TEST_F(deadlines, one_that_is_over_is_answered_504) {
  header("0");
  const auto answer = pass();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 504);
  EXPECT_EQ(answer->why, failure::out_of_time);
  EXPECT_EQ(counted("expired"), 1u);
}

TEST_F(deadlines, nonsense_and_two_of_them_are_ignored_and_counted) {
  header("soon");
  EXPECT_FALSE(pass());
  head.fields.clear();
  header("5");
  header("6");
  EXPECT_FALSE(pass());
  EXPECT_EQ(record.until.at, record.received + 10s);
  EXPECT_EQ(counted("malformed"), 2u);
}

}  // namespace
