// `validate --prometheus` against a server that answers as Prometheus would.
#include "slo/evidence/query_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/http_server.hpp"
#include "tests/support/await.hpp"
#include "tests/support/refusing_port.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using testing::HasSubstr;

constexpr slo::unix_millis now = 1'700'000'000'000;

core::server_response vector(const std::string& series) {
  core::server_response out;
  out.body = R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}}";
  return out;
}

std::string one(const std::string& labels) {
  return R"({"metric":{)" + labels + R"(},"value":[1700000000,"1"]})";
}

/// A Prometheus with requests of code "ok" and a histogram with bounds 0.25 and 0.5.
core::server_response answer(const std::string& query) {
  if (query.starts_with("count by (le)")) {
    return vector(one(R"("le":"0.25")") + "," + one(R"("le":"0.5")"));
  }
  if (query.find("broken") != std::string::npos) {
    core::server_response out;
    out.status = 400;
    out.body = R"({"status":"error","errorType":"bad_data","error":"parse error"})";
    return out;
  }
  const bool there = query.find("ok") != std::string::npos || query == "up" ||
                     query.find("le=\"0.5\"") != std::string::npos;
  return vector(there ? one("") : "");
}

class check_queries : public testing::Test {
 public:
  check_queries()
      : server(loop.worker(), core::immediate([](const core::server_request& r) {
                 return answer(r.parameter("query").value_or(""));
               })) {
    const auto port = server.listen({"127.0.0.1", 0});
    EXPECT_TRUE(port);
    where = {"127.0.0.1", *port};
  }
  std::optional<slo::prometheus_failure> ask(const slo::sli_metric& metric) {
    return ask(metric, where);
  }
  std::optional<slo::prometheus_failure> ask(const slo::sli_metric& metric, core::address at) {
    auto o = slo::tests::example();
    o.sli = metric;
    const std::vector<slo::objective> objectives{o};
    slo::prometheus_client client(loop.worker(), {false, at, ""});
    slo::reading how(slo::profile::strict, found, notes);
    return tests::run(loop, slo::check_queries(client, objectives, now, how));
  }

  tests::loop loop;
  core::http_server server;
  core::address where;
  core::problems found;
  core::problems notes;
};

slo::ratio_metric ratio(const char* part, const char* total) {
  auto out = slo::tests::ratio(part, total);
  out.part.at = {"f.yaml", 3, 1};
  out.total.at = {"f.yaml", 4, 1};
  return out;
}

TEST_F(check_queries, what_is_there_is_no_problem) {
  EXPECT_FALSE(ask(ratio(R"(a{code="ok"})", R"(a{code=~"ok|bad"})")));
  EXPECT_EQ(found.to_string() + notes.to_string(), "");
}

TEST_F(check_queries, a_selector_that_matches_nothing_is_refused_at_its_place) {
  EXPECT_FALSE(ask(ratio(R"(b{code="bad"})", R"(a{code="bad"})")));
  EXPECT_THAT(found.to_string(), HasSubstr("f.yaml:3:1: nothing in Prometheus matches b{"));
  EXPECT_THAT(found.to_string(), HasSubstr("f.yaml:4:1: nothing in Prometheus matches a{"));
}

TEST_F(check_queries, a_part_of_the_same_metric_may_not_have_begun) {
  EXPECT_FALSE(ask(ratio(R"(a{code="bad"})", R"(a{code=~"ok|bad"})")));
  EXPECT_EQ(found.to_string(), "");
  EXPECT_THAT(notes.to_string(), HasSubstr("it counts as 0"));
}

TEST_F(check_queries, a_bound_must_be_one_of_the_histogram) {
  EXPECT_FALSE(ask(ratio(R"(d_bucket{le="0.5"})", R"(ok)")));
  EXPECT_EQ(found.to_string(), "");
  EXPECT_FALSE(ask(ratio(R"(d_bucket{le="0.3"})", R"(ok)")));
  EXPECT_THAT(found.to_string(), HasSubstr("no bucket's bound of d_bucket (expected one of 0.25, "
                                           "0.5)"));
}

TEST_F(check_queries, what_prometheus_refuses_is_a_problem) {
  slo::threshold_metric metric;
  metric.value.text = "broken(a[{{.window}}])";
  EXPECT_FALSE(ask(metric));
  EXPECT_THAT(found.to_string(), HasSubstr("Prometheus refuses the query: HTTP 400"));
  metric.value.text = "up";
  found = {};
  EXPECT_FALSE(ask(metric));
  EXPECT_EQ(found.to_string(), "");
}

TEST_F(check_queries, no_prometheus_is_a_failure) {
  const tests::refusing_port nobody(loop.worker());
  const auto failed = ask(ratio("a", "a"), nobody.where());
  ASSERT_TRUE(failed);
  EXPECT_TRUE(failed->unreachable);
}

}  // namespace
