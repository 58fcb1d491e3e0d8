#include "api/http/observed_routes.hpp"

#include <gtest/gtest.h>

#include "tests/support/loop.hpp"
#include "tests/unit/api_fakes.hpp"

namespace {

using namespace api_tests;

const std::string sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const std::string unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

class observed_routes : public ::testing::Test {
 protected:
  observed_routes() {
    routes.add("GET", "/things/{id}", [this](api::api_request r) { return answer(std::move(r)); });
  }
  core::task<core::server_response> answer(api::api_request r) {
    seen = r.call;
    r.call.spent->add(api::dependency::database, std::chrono::microseconds(1500));
    co_return core::server_response{};
  }
  core::server_response ask(std::vector<std::pair<std::string, std::string>> headers,
                            std::string path = "/things/1") {
    const fake_request request({"GET", std::move(path), "", "", std::move(headers)});
    const core::server_request http = request.http();
    return run(loop, layer.handle(http));
  }
  std::uint64_t recorded() const { return sink.snapshot().received; }

  tests::loop loop;
  core::span_sink sink{"test", "0", "0", 100, true};
  api::tracer tracing{loop.worker(), sink};
  api::router routes;
  api::observed_routes layer{tracing, routes};
  api::call_context seen;
};

TEST_F(observed_routes, records_a_span_below_a_sampled_parent_and_hands_it_down) {
  ask({{"traceparent", sampled}, {"tracestate", "a=1"}, {"tracestate", "remora=synthetic"}});
  EXPECT_EQ(recorded(), 1u);
  EXPECT_EQ(seen.parent.trace.hex(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(seen.parent.span.hex(), "b7ad6b7169203331");
  EXPECT_TRUE(api::is_synthetic(seen.tracestate));
}

TEST_F(observed_routes, passes_an_unsampled_parent_on_as_it_came) {
  ask({{"traceparent", unsampled}});
  EXPECT_EQ(recorded(), 0u);
  EXPECT_EQ(seen.parent.span.hex(), "b7ad6b7169203331");
}

TEST_F(observed_routes, records_nothing_without_a_valid_traceparent) {
  ask({});
  ask({{"traceparent", "00-0-0-01"}});
  ask({{"traceparent", sampled}, {"traceparent", sampled}});
  EXPECT_EQ(recorded(), 0u);
  EXPECT_FALSE(seen.parent);
}

TEST_F(observed_routes, a_tracestate_without_traceparent_is_nothing) {
  EXPECT_TRUE(api::is_synthetic("remora=load"));
  EXPECT_FALSE(api::is_synthetic("remora=loads"));
  ask({{"tracestate", "remora=synthetic"}});
  EXPECT_FALSE(api::is_synthetic(seen.tracestate));
}

TEST_F(observed_routes, reports_the_time_of_dependencies) {
  const auto response = ask({});
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0].first, "Server-Timing");
  EXPECT_EQ(response.headers[0].second, "db;dur=1.500");
}

core::task<> keep_request_until(api::observed_routes& layer, core::deadline until,
                                core::server_response& into) {
  const fake_request request({"GET", "/things/1", "", "", {}});
  core::server_request http{"GET", "/things/1", "", request.http().head, "", until, {}};
  into = co_await layer.handle(http);
}

TEST_F(observed_routes, leaves_time_to_answer) {
  const auto until = core::deadline::in(std::chrono::seconds(1), core::now());
  core::server_response response;
  loop.run(keep_request_until(layer, until, response));
  EXPECT_LT(seen.until.at, until.at);
  EXPECT_GT(seen.until.at, until.at - std::chrono::seconds(1));
}

TEST_F(observed_routes, unknown_paths_are_observed_too) {
  EXPECT_EQ(ask({{"traceparent", sampled}}, "/nothing").status, 404);
  EXPECT_EQ(recorded(), 1u);
}

TEST(server_timing, names_what_was_asked_only) {
  api::time_spent spent;
  EXPECT_EQ(api::server_timing(spent), "");
  spent.add(api::dependency::cache, std::chrono::milliseconds(2));
  EXPECT_EQ(api::server_timing(spent), "cache;dur=2.000");
  spent.add(api::dependency::database, std::chrono::milliseconds(1));
  spent.fail(api::dependency::database, "refused");
  EXPECT_EQ(api::server_timing(spent), "db;dur=1.000;desc=refused, cache;dur=2.000");
}

}  // namespace
