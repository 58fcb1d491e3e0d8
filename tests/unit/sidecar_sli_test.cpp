#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "core/series_budget.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/sli_classification.hpp"
#include "sidecar/proxy/sli_counters.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

exchange_record answered(int status) {
  exchange_record r;
  r.status = status;
  return r;
}

struct table_row {
  const char* name;
  int status;
  failure why;
  sli_result result;
};

class default_table : public ::testing::TestWithParam<table_row> {};

TEST_P(default_table, counts_as_documented) {
  auto record = answered(GetParam().status);
  record.why = GetParam().why;
  EXPECT_EQ(classify(record, {}), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    sli, default_table,
    ::testing::Values(
        table_row{"ok", 200, failure::none, sli_result::good},
        table_row{"created", 201, failure::none, sli_result::good},
        table_row{"redirect", 302, failure::none, sli_result::good},
        table_row{"not_found", 404, failure::none, sli_result::good},
        table_row{"rate_limited_by_the_app", 429, failure::none, sli_result::good},
        table_row{"server_error", 500, failure::none, sli_result::bad},
        table_row{"unavailable", 503, failure::none, sli_result::bad},
        table_row{"upstream_refused", 502, failure::connection_refused, sli_result::bad},
        table_row{"timed_out", 504, failure::upstream_timeout, sli_result::bad},
        table_row{"body_ended_early", 200, failure::upstream_incomplete, sli_result::bad},
        table_row{"shed", 503, failure::shed, sli_result::bad},
        table_row{"rate_limited", 429, failure::rate_limited, sli_result::good},
        table_row{"out_of_time", 504, failure::out_of_time, sli_result::bad},
        table_row{"client_closed", 499, failure::client_closed, sli_result::excluded}),
    [](const auto& row) { return row.param.name; });

TEST(sli_overrides, a_status_wins_over_its_class_and_both_over_the_table) {
  sli_overrides overrides;
  overrides.add("4xx", sli_result::bad);
  overrides.add("404", sli_result::excluded);
  EXPECT_EQ(classify(answered(404), overrides), sli_result::excluded);
  EXPECT_EQ(classify(answered(403), overrides), sli_result::bad);
  EXPECT_EQ(classify(answered(200), overrides), sli_result::good);
}

TEST(sli_overrides, a_closed_connection_is_excluded_unless_the_route_names_499) {
  auto closed = answered(499);
  closed.why = failure::client_closed;
  sli_overrides overrides;
  overrides.add("4xx", sli_result::bad);
  EXPECT_EQ(classify(closed, overrides), sli_result::excluded);
  overrides.add("499", sli_result::bad);
  EXPECT_EQ(classify(closed, overrides), sli_result::bad);
}

TEST(sli_overrides, an_answer_that_ended_early_is_bad_whatever_its_status_counts_as) {
  auto incomplete = answered(200);
  incomplete.why = failure::upstream_incomplete;
  sli_overrides overrides;
  overrides.add("200", sli_result::good);
  EXPECT_EQ(classify(incomplete, overrides), sli_result::bad);
}

TEST(classify, a_redirect_to_log_in_is_excluded_and_another_is_good) {
  auto record = answered(302);
  record.location = "/login?next=/";
  EXPECT_EQ(classify(record, {}), sli_result::excluded);
  record.location = "/v1/securities";
  EXPECT_EQ(classify(record, {}), sli_result::good);
}

TEST(classify, health_checks_are_excluded) {
  core::request_head head;
  head.fields.add({"User-Agent", "kube-probe/1.30"});
  auto record = answered(200);
  record.request = &head;
  EXPECT_EQ(classify(record, {}), sli_result::excluded);
}

TEST(is_login_redirect, knows_paths_and_absolute_urls) {
  EXPECT_TRUE(is_login_redirect(302, "/login"));
  EXPECT_TRUE(is_login_redirect(303, "/login?next=%2F"));
  EXPECT_TRUE(is_login_redirect(302, "https://id.example/oauth2/authorize?x=y"));
  EXPECT_FALSE(is_login_redirect(302, "/loginpage"));
  EXPECT_FALSE(is_login_redirect(302, "/v1/securities"));
  EXPECT_FALSE(is_login_redirect(200, "/login"));
  EXPECT_FALSE(is_login_redirect(302, "https://example"));
}

class sli_counters_test : public ::testing::Test {
 protected:
  static listener_settings make_settings() {
    listener_settings out;
    out.table.add("/a", 0);
    out.routes.push_back({"/a", 1s, {100ms, 300ms}, {}});
    out.routes.push_back({"other", 1s, {}, {}});
    return out;
  }
  std::string exposed() {
    core::exposition all;
    all.add(
        std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&metrics}));
    return all.render(core::exposition_format::text);
  }
  void request(int status, core::duration took, bool synthetic = false, int route = 0) {
    exchange_record record = answered(status);
    record.route = route;
    record.synthetic = synthetic;
    record.received = core::instant(10s);
    record.finished = record.received + took;
    counters.after(record);
  }
  listener_settings settings = make_settings();
  core::metrics_shard metrics;
  sli_counters counters{metrics, settings};
};

TEST_F(sli_counters_test, every_configured_route_is_there_at_zero) {
  const auto text = exposed();
  for (const char* line :
       {R"(remora_sli_requests_total{route="/a",synthetic="false",result="good"} 0)",
        R"(remora_sli_requests_total{route="/a",synthetic="true",result="excluded"} 0)",
        R"(remora_sli_requests_total{route="other",synthetic="false",result="bad"} 0)",
        R"(remora_sli_fast_requests_total{route="/a",synthetic="false",threshold="0.1"} 0)",
        R"(remora_sli_fast_requests_total{route="/a",synthetic="true",threshold="0.3"} 0)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
}

TEST_F(sli_counters_test, fast_counts_good_requests_within_each_threshold) {
  request(200, 100ms);  // at the threshold: fast
  request(200, 101ms);
  request(200, 301ms);
  request(500, 1ms);  // fast, but not good
  const auto text = exposed();
  for (const char* line :
       {R"(result="good"} 3)", R"(synthetic="false",result="bad"} 1)",
        R"(remora_sli_fast_requests_total{route="/a",synthetic="false",threshold="0.1"} 1)",
        R"(remora_sli_fast_requests_total{route="/a",synthetic="false",threshold="0.3"} 2)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
}

TEST_F(sli_counters_test, stale_answers_are_good_and_counted_apart) {
  core::response_head head;
  head.fields.add({"Warning", "110 - \"Response is Stale\""});
  exchange_record record = answered(200);
  record.response = &head;
  counters.after(record);
  record.status = 503;  // bad is bad enough
  counters.after(record);
  const auto text = exposed();
  for (const char* line :
       {R"(remora_sli_requests_total{route="/a",synthetic="false",result="good"} 1)",
        R"(remora_sli_stale_requests_total{route="/a",synthetic="false"} 1)",
        R"(remora_sli_stale_requests_total{route="other",synthetic="true"} 0)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
}

TEST_F(sli_counters_test, a_learned_route_changes_nothing) {
  exchange_record record = answered(200);
  record.route = 1;
  record.learned = 1;
  record.learned_route = "/a";
  counters.after(record);
  const auto text = exposed();
  for (const char* line :
       {R"(remora_sli_requests_total{route="/a",synthetic="false",result="good"} 0)",
        R"(remora_sli_requests_total{route="other",synthetic="false",result="good"} 1)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
}

TEST_F(sli_counters_test, no_series_budget_takes_a_series_from_them) {
  core::metrics_shard small;
  small.limit_by(std::make_shared<core::series_budget>(1));
  sli_counters limited(small, settings);
  exchange_record record = answered(200);
  limited.after(record);
  core::exposition all;
  all.add(std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&small}));
  const auto text = all.render(core::exposition_format::text);
  EXPECT_EQ(text.find("otel_metric_overflow"), std::string::npos) << text;
}

TEST_F(sli_counters_test, synthetic_requests_do_not_touch_what_users_see) {
  request(200, 1ms, true);
  const auto text = exposed();
  EXPECT_NE(text.find(R"(route="/a",synthetic="true",result="good"} 1)"), std::string::npos);
  EXPECT_NE(text.find(R"(route="/a",synthetic="false",result="good"} 0)"), std::string::npos);
}

}  // namespace
