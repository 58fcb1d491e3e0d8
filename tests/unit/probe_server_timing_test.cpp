#include "probe/verdict/server_timing.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using probe::parse_member_list;
using probe::proxy_status;
using probe::server_timing;

TEST(server_timing, reads_what_a_sidecar_writes) {
  const auto t = server_timing::parse(
      R"(proxy;dur=0.214, app;dur=12.5, dep-scores;dur=8.25;desc="status_503", dep-db;dur=1)");
  ASSERT_EQ(t.entries().size(), 4u);
  EXPECT_EQ(t.find("proxy")->took, 214us);
  EXPECT_EQ(t.find("app")->took, 12500us);
  EXPECT_EQ(t.slowest_dependency()->name, "dep-scores");
  EXPECT_EQ(t.failed_dependency()->description, "status_503");
}

TEST(server_timing, a_description_for_people_is_no_failure) {
  EXPECT_FALSE(server_timing::parse(R"(dep-db;dur=53;desc="PostgreSQL 15")").failed_dependency());
}

TEST(server_timing, a_metric_without_duration_is_an_entry) {
  const auto t = server_timing::parse("miss, db;dur=53");
  ASSERT_EQ(t.entries().size(), 2u);
  EXPECT_FALSE(t.find("miss")->took);
}

struct bad_duration {
  const char* name;
  const char* value;
};
class server_timing_duration : public testing::TestWithParam<bad_duration> {};
TEST_P(server_timing_duration, is_left_out_when_it_is_no_time) {
  const auto t = server_timing::parse(std::string("app;dur=") + GetParam().value);
  ASSERT_EQ(t.entries().size(), 1u);
  EXPECT_FALSE(t.entries()[0].took);
}
INSTANTIATE_TEST_SUITE_P(parser, server_timing_duration,
                         testing::Values(bad_duration{"negative", "-1"},
                                         bad_duration{"word", "abc"}, bad_duration{"nan", "nan"},
                                         bad_duration{"infinite", "inf"},
                                         bad_duration{"huge", "1e300"}, bad_duration{"empty", ""},
                                         bad_duration{"trailing", "1ms"}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(server_timing, names_and_parameters_are_found_in_any_case_and_spacing) {
  const auto t = server_timing::parse("app ; DUR = 1.5 ,\tdb;Dur=\"2\"");
  EXPECT_EQ(t.find("app")->took, 1500us);
  EXPECT_EQ(t.find("db")->took, 2ms);
}

TEST(server_timing, commas_and_quotes_inside_a_string_are_text) {
  const auto t = server_timing::parse(R"(a;desc="x, \"y\";dur=9";dur=1, b;dur=2)");
  ASSERT_EQ(t.entries().size(), 2u);
  EXPECT_EQ(t.find("a")->description, R"(x, "y";dur=9)");
  EXPECT_EQ(t.find("b")->took, 2ms);
}

TEST(server_timing, garbage_is_skipped_to_the_next_comma) {
  const auto t = server_timing::parse("(((, ;;;, =, app;dur=1, @@@ x");
  ASSERT_EQ(t.entries().size(), 1u);
  EXPECT_EQ(t.entries()[0].name, "app");
}

TEST(member_list, is_bounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "m;" + std::string(40, ';') + "a=1,";
  EXPECT_EQ(parse_member_list(many).size(), 64u);
}

TEST(member_list, every_prefix_ends) {
  const std::string text = R"(proxy;dur=0.2, a;desc="x\"y";dur=1, "s";k=v)";
  for (std::size_t size = 0; size <= text.size(); ++size)
    EXPECT_LE(parse_member_list(std::string_view(text).substr(0, size)).size(), 3u);
}

TEST(proxy_status, reads_who_and_why) {
  const auto s = proxy_status::parse("remora-securities; error=connection_refused; details=\"x\"");
  ASSERT_TRUE(s);
  EXPECT_TRUE(s->from_sidecar());
  EXPECT_EQ(s->error, "connection_refused");
}

TEST(proxy_status, the_member_nearest_to_the_origin_counts) {
  const auto s =
      proxy_status::parse("remora-scores;error=http_response_timeout, cdn;error=dns_error");
  EXPECT_EQ(s->proxy, "remora-scores");
}

TEST(proxy_status, nothing_is_nothing) {
  EXPECT_FALSE(proxy_status::parse(" , ,"));
}

}  // namespace
