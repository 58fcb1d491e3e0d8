#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "core/series_budget.hpp"
#include "core/tls_context.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/phase_metrics.hpp"
#include "sidecar/proxy/red_metrics.hpp"
#include "sidecar/proxy/series_table.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

std::string exposed(const core::metrics_shard& metrics) {
  core::exposition all;
  all.add(std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&metrics}));
  return all.render(core::exposition_format::text);
}

void expect_line(const core::metrics_shard& metrics, const std::string& line) {
  const auto text = exposed(metrics);
  EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << "\nis not in\n" << text;
}

listener_settings settings_with_a_route() {
  listener_settings out;
  out.name = "billing";
  out.upstream.where = {"billing.example", 8443};
  out.table.add("/a", 0);
  out.routes.push_back({"/a", 1s, {}, {}});
  out.routes.push_back({"other", 1s, {}, {}});
  return out;
}

exchange_record finished(int status, core::duration took = 30ms) {
  exchange_record r;
  r.status = status;
  r.received = core::instant(10s);
  r.answered = r.received + took / 2;
  r.finished = r.received + took;
  return r;
}

class red_metrics_test : public ::testing::Test {
 protected:
  void pass(exchange_record& record) {
    red.before(record);
    red.after(record);
  }
  core::metrics_shard metrics;
  listener_settings settings = settings_with_a_route();
  red_metrics red{metrics, settings, duration_bounds({})};
};

TEST_F(red_metrics_test, counts_by_method_route_status_scheme_and_synthetic) {
  auto record = finished(200);
  record.request_bytes = 100;
  record.response_bytes = 5000;
  pass(record);
  const std::string by =
      R"({http_request_method="GET",http_route="/a",http_response_status_code="200",)"
      R"(url_scheme="http",synthetic="false")";
  expect_line(metrics, "http_server_request_duration_seconds_count" + by + "} 1");
  expect_line(metrics, "http_server_request_duration_seconds_bucket" + by + R"(,le="0.05"} 1)");
  expect_line(metrics, "http_server_request_duration_seconds_bucket" + by + R"(,le="0.025"} 0)");
  expect_line(metrics, "http_server_request_body_size_bytes_sum" + by + "} 100");
  expect_line(metrics, "http_server_request_body_size_bytes_bucket" + by + R"(,le="256.0"} 1)");
  expect_line(metrics, "http_server_response_body_size_bytes_sum" + by + "} 5000");
}

TEST_F(red_metrics_test, a_request_without_a_body_is_in_the_bucket_of_none) {
  auto record = finished(204);
  pass(record);
  EXPECT_NE(exposed(metrics).find(R"(le="0.0"} 1)"), std::string::npos) << exposed(metrics);
}

struct error_row {
  const char* name;
  int status;
  failure why;
  const char* server;  // of error_type, "" for none
  const char* client;
};
class error_types : public ::testing::TestWithParam<error_row> {};

TEST_P(error_types, are_of_the_conventions) {
  exchange_record record;
  record.status = GetParam().status;
  record.why = GetParam().why;
  EXPECT_EQ(error_type(record, 500), GetParam().server);
  EXPECT_EQ(error_type(record, 400), GetParam().client);
}

INSTANTIATE_TEST_SUITE_P(
    red, error_types,
    ::testing::Values(error_row{"ok", 200, failure::none, "", ""},
                      error_row{"not_found", 404, failure::none, "", "404"},
                      error_row{"unavailable", 503, failure::none, "503", "503"},
                      error_row{"refused", 502, failure::connection_refused, "connection_refused",
                                "connection_refused"},
                      error_row{"incomplete", 200, failure::upstream_incomplete,
                                "http_response_incomplete", "http_response_incomplete"},
                      error_row{"closed", 499, failure::client_closed, "client_closed",
                                "client_closed"}),
    [](const auto& row) { return row.param.name; });

TEST_F(red_metrics_test, a_failure_is_a_series_of_its_own) {
  auto record = finished(200);
  record.why = failure::upstream_incomplete;
  pass(record);
  auto good = finished(200);
  pass(good);
  expect_line(metrics,
              R"(http_server_request_duration_seconds_count{http_request_method="GET",)"
              R"(http_route="/a",http_response_status_code="200",)"
              R"(error_type="http_response_incomplete",url_scheme="http",synthetic="false"} 1)");
  EXPECT_NE(record.observed.cell, good.observed.cell);
}

TEST_F(red_metrics_test, a_learned_route_is_the_label_of_what_is_other) {
  auto record = finished(200);
  record.route = 1;
  pass(record);
  record.learned = 1;
  record.learned_route = "/things/{id}";
  pass(record);
  record.learned = 2;
  record.learned_route = "/parts/{id}";
  pass(record);
  for (const char* route : {"other", "/things/{id}", "/parts/{id}"})
    expect_line(metrics, std::string(R"(http_server_request_duration_seconds_count{)"
                                     R"(http_request_method="GET",http_route=")") +
                             route +
                             R"(",http_response_status_code="200",url_scheme="http",)"
                             R"(synthetic="false"} 1)");
}

TEST_F(red_metrics_test, requests_in_flight_are_counted_by_method) {
  expect_line(metrics,
              R"(http_server_active_requests{http_request_method="GET",url_scheme="http"} 0)");
  exchange_record record;
  record.method = method_index("POST");
  red.before(record);
  red.before(record);
  record = finished(200);
  record.method = method_index("POST");
  red.after(record);
  expect_line(metrics,
              R"(http_server_active_requests{http_request_method="POST",url_scheme="http"} 1)");
}

TEST_F(red_metrics_test, leaves_in_the_record_where_the_duration_went) {
  auto record = finished(200);
  pass(record);
  ASSERT_TRUE(record.observed);
  const auto& [cell, bucket, value] = record.observed;
  EXPECT_EQ(cell->bucket(bucket), 1u);
  EXPECT_DOUBLE_EQ(cell->table().bounds()[bucket], 0.05);
  EXPECT_DOUBLE_EQ(value, core::seconds(record.finished - record.received));
}

TEST_F(red_metrics_test, what_is_beyond_the_budget_is_still_counted) {
  auto budget = std::make_shared<core::series_budget>(10);
  metrics.limit_by(budget);
  for (int i = 0; i < 50; ++i) {
    auto record = finished(200 + i);
    pass(record);
    pass(record);
  }
  expect_line(metrics,
              R"(http_server_request_duration_seconds_count{otel_metric_overflow="true"} 80)");
}

TEST(duration_bounds, are_the_conventions_and_more_in_order_each_once) {
  EXPECT_EQ(duration_bounds({}).size(), 14u);
  const std::vector<core::duration> more{300ms, 200ms, 250ms, 200ms, 20s};
  const auto bounds = duration_bounds(more);
  EXPECT_EQ(bounds.size(), 17u);
  EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
  EXPECT_EQ(std::count(bounds.begin(), bounds.end(), 0.2), 1);
  EXPECT_EQ(bounds.back(), 20);
}

TEST(red_metrics, uses_the_bounds_it_is_given) {
  core::metrics_shard metrics;
  const auto settings = settings_with_a_route();
  const std::vector<core::duration> more{200ms};
  red_metrics red(metrics, settings, duration_bounds(more));
  auto record = finished(200, 190ms);
  red.after(record);
  EXPECT_NE(exposed(metrics).find(R"(le="0.2"} 1)"), std::string::npos);
}

class client_metrics_test : public ::testing::Test {
 protected:
  core::metrics_shard metrics;
  listener_settings settings = settings_with_a_route();
  client_metrics calls{metrics, settings, duration_bounds({})};
};

TEST_F(client_metrics_test, names_the_upstream_by_the_conventions) {
  auto record = finished(404);
  calls.before(record);
  calls.after(record);
  expect_line(metrics,
              R"(http_client_request_duration_seconds_count{http_request_method="GET",)"
              R"(http_response_status_code="404",error_type="404",)"
              R"(server_address="billing.example",server_port="8443",upstream="billing"} 1)");
  expect_line(metrics, R"(http_client_active_requests{http_request_method="GET",)"
                       R"(server_address="billing.example",server_port="8443",url_scheme="http",)"
                       R"(upstream="billing"} 0)");
}

TEST_F(client_metrics_test, a_status_that_was_not_received_is_not_claimed) {
  auto record = finished(502);
  record.answered = {};
  record.why = failure::connection_refused;
  calls.before(record);
  calls.after(record);
  expect_line(metrics,
              R"(http_client_request_duration_seconds_count{http_request_method="GET",)"
              R"(error_type="connection_refused",)"
              R"(server_address="billing.example",server_port="8443",upstream="billing"} 1)");
}

TEST(client_metrics_by_srv, name_the_service_and_no_port) {
  core::metrics_shard metrics;
  auto settings = settings_with_a_route();
  settings.upstream.where = {};
  settings.upstream_name = service_name{"_http._tcp.billing.example", 0, true};
  client_metrics calls{metrics, settings, duration_bounds({})};
  auto record = finished(200);
  calls.before(record);
  calls.after(record);
  expect_line(metrics, R"(http_client_request_duration_seconds_count{http_request_method="GET",)"
                       R"(http_response_status_code="200",)"
                       R"(server_address="_http._tcp.billing.example",upstream="billing"} 1)");
}

class phase_metrics_test : public ::testing::Test {
 protected:
  phase_metrics_test() {
    record.arrived = core::instant(10s);
    record.received = record.arrived + 1ms;
    record.admitted = record.received + 2ms;
    record.connected = record.admitted + 4ms;
    record.forwarded = record.connected + 8ms;
    record.answered = record.forwarded + 16ms;
    record.finished = record.answered + 32ms;
  }
  std::string sums() {
    std::string out;
    const auto text = exposed(metrics);
    for (const char* phase : {"head", "queue", "connect", "send", "app", "write"}) {
      const auto line = "remora_sidecar_phase_seconds_sum{phase=\"" + std::string(phase) + "\"} ";
      const auto at = text.find(line) + line.size();
      out += text.substr(at, text.find('\n', at) - at) + " ";
    }
    return out;
  }
  core::metrics_shard metrics;
  phase_metrics phases{metrics};
  exchange_record record;
};

TEST_F(phase_metrics_test, each_has_its_share_and_none_is_lost) {
  phases.after(record);
  EXPECT_EQ(sums(), "0.001 0.002 0.004 0.008 0.016 0.032 ");
  expect_line(metrics, "remora_sidecar_overhead_seconds_count 1");
}

TEST_F(phase_metrics_test, a_request_that_was_refused_has_the_first_two) {
  record.connected = record.forwarded = record.answered = {};
  phases.after(record);
  EXPECT_EQ(sums(), "0.001 0.002 0 0 0 0 ");
  expect_line(metrics, R"(remora_sidecar_phase_seconds_count{phase="connect"} 0)");
}

TEST_F(phase_metrics_test, one_that_was_never_answered_has_no_app) {
  record.answered = {};
  phases.after(record);
  EXPECT_EQ(sums(), "0.001 0.002 0.004 0.008 0 0 ");
  expect_line(metrics, R"(remora_sidecar_phase_seconds_count{phase="app"} 0)");
  expect_line(metrics, "remora_sidecar_overhead_seconds_count 0");
}

TEST(series_table, finds_what_was_added_through_all_its_growth) {
  series_table<int> table(1000);
  for (int i = 1; i <= 1000; ++i) {
    const auto key = static_cast<std::uint64_t>(i) << (i % 40);
    if (!table.find(key)) table.add(key, i);
  }
  for (int i = 1; i <= 1000; ++i) {
    const auto* found = table.find(static_cast<std::uint64_t>(i) << (i % 40));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(static_cast<std::uint64_t>(*found) << (*found % 40), static_cast<std::uint64_t>(i)
                                                                       << (i % 40));
  }
  EXPECT_EQ(table.find(~0ull), nullptr);
}

TEST(series_table, is_full_at_its_bound) {
  series_table<int> table(3);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    EXPECT_FALSE(table.full());
    table.add(key, 0);
  }
  EXPECT_TRUE(table.full());
  EXPECT_EQ(table.size(), 3u);
}

}  // namespace
