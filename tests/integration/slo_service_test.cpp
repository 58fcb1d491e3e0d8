// The Prometheus client, the collection of evidence and the page, against a server that answers as
// Prometheus would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/gzip.hpp"
#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "core/problem_details.hpp"
#include "slo/evidence/evidence_collector.hpp"
#include "slo/serve/service.hpp"
#include "tests/support/await.hpp"
#include "tests/support/refusing_port.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using tests::soon;

constexpr slo::unix_millis now = 1'700'000'000'000;

/// Answers queries from a function of (query, time).
class fake_prometheus {
 public:
  using answer = std::function<core::server_response(const std::string& query, double time)>;

  fake_prometheus(core::worker& w, answer a)
      : answer_(std::move(a)),
        server_(w, core::immediate([this](const core::server_request& r) {
                  queries.push_back(r.parameter("query").value_or(""));
                  return answer_(queries.back(), std::stod(r.parameter("time").value_or("0")));
                })) {
    const auto port = server_.listen({"127.0.0.1", 0});
    EXPECT_TRUE(port);
    where = {false, {"127.0.0.1", *port}, ""};
  }
  core::base_url where;
  std::vector<std::string> queries;

 private:
  answer answer_;
  core::http_server server_;
};

core::server_response ok(const std::string& type, const std::string& result) {
  core::server_response out;
  out.body =
      R"({"status":"success","data":{"resultType":")" + type + R"(","result":[)" + result + "]}}";
  return out;
}

/// A series that counts ten a scrape until the query's time, for the last ten minutes of it.
std::string counted(const std::string& metric, double time) {
  std::string values;
  for (int i = 0; i <= 120; ++i) {
    values += (i == 0 ? "[" : ",[") + std::to_string(time - 600 + i * 5) + ",\"" +
              std::to_string(i * 10) + "\"]";
  }
  return R"({"metric":{"__name__":")" + metric + R"(","job":"web","code":"ok"},"values":[)" +
         values + "]}";
}

core::server_response healthy(const std::string& query, double time) {
  if (query.starts_with("requests_total")) return ok("matrix", counted("requests_total", time));
  if (query.starts_with("min(")) {
    return ok("vector", R"({"metric":{},"value":[0,")" + std::to_string(time - 600) + "\"]}");
  }
  return ok(query.find('[') == std::string::npos ? "vector" : "matrix", "");
}

class slo_service : public ::testing::Test {
 public:
  core::task<std::string> get(core::base_url from, std::string path, int expected = 200) {
    core::http_client client(loop.worker(), from);
    const auto got = co_await client.get(path, soon());
    EXPECT_TRUE(got.has_value());
    if (!got.has_value()) co_return std::string();
    EXPECT_EQ(got->status, expected) << path;
    co_return got->body;
  }
  tests::loop loop;
};

TEST_F(slo_service, raw_samples_are_fetched_in_slices_and_joined) {
  fake_prometheus prometheus(loop.worker(), [](const std::string&, double time) {
    // Prometheus 2 includes the left end: the sample at the border is in both slices.
    const auto at = std::to_string(static_cast<long>(time));
    const auto before = std::to_string(static_cast<long>(time) - 21600);
    return ok("matrix", R"({"metric":{"__name__":"x"},"values":[[)" + before + ",\"1\"],[" + at +
                            ",\"2\"]]}");
  });
  slo::prometheus_client client(loop.worker(), prometheus.where);
  const auto body = [](slo::prometheus_client& c) -> core::task<> {
    const auto series = co_await c.raw("x", now - 2 * 21'600'000, now);
    EXPECT_TRUE(series.has_value());
    EXPECT_EQ(series->size(), 1u);
    EXPECT_EQ(series->front().samples.size(), 3u);
  };
  loop.run(body(client));
  EXPECT_THAT(prometheus.queries, testing::ElementsAre("x[21600000ms]", "x[21600000ms]"));
}

TEST_F(slo_service, what_cannot_be_asked_is_unreachable) {
  const tests::refusing_port nobody(loop.worker());
  slo::prometheus_client client(loop.worker(), {false, nobody.where(), ""});
  const auto body = [](slo::prometheus_client& c) -> core::task<> {
    const auto series = co_await c.instant("x", now);
    EXPECT_TRUE(series.has_error());
    EXPECT_TRUE(series.error().unreachable);
  };
  loop.run(body(client));
}

TEST_F(slo_service, a_refused_query_is_the_objectives_problem) {
  fake_prometheus prometheus(loop.worker(), [](const std::string&, double) {
    core::server_response out;
    out.status = 422;
    out.body = R"({"status":"error","errorType":"execution","error":"too many samples"})";
    return out;
  });
  slo::prometheus_client client(loop.worker(), prometheus.where);
  const std::vector<slo::objective> objectives{slo::tests::example()};
  const auto body = [](slo::prometheus_client& c,
                       const std::vector<slo::objective>& o) -> core::task<> {
    const auto seen = co_await slo::collect(c, o, {false, now, 600'000});
    EXPECT_TRUE(seen.has_value());
    EXPECT_EQ(seen->front().problem, "HTTP 422: too many samples");
    EXPECT_EQ(seen->front().counts.events, 0);
  };
  loop.run(body(client, objectives));
}

TEST_F(slo_service, a_long_window_is_read_from_where_samples_begin) {
  fake_prometheus prometheus(loop.worker(), healthy);
  slo::prometheus_client client(loop.worker(), prometheus.where);
  const std::vector<slo::objective> objectives{slo::tests::example()};
  const auto body = [](slo::prometheus_client& c,
                       const std::vector<slo::objective>& o) -> core::task<> {
    const auto seen = co_await slo::collect(c, o, {true, now, std::nullopt});
    EXPECT_TRUE(seen.has_value());
    EXPECT_EQ(seen->front().source, slo::evidence_source::raw);
    EXPECT_EQ(seen->front().counts.events, 1200);
    EXPECT_EQ(seen->front().counts.bad, 0);
  };
  loop.run(body(client, objectives));
  // Two about the rules, the beginning, and four series of one slice each.
  EXPECT_EQ(prometheus.queries.size(), 7u);
}

TEST_F(slo_service, serves_the_page_and_the_api) {
  fake_prometheus prometheus(loop.worker(), healthy);
  slo::serve_config config;
  config.listen = {"127.0.0.1", 0};
  config.prometheus = prometheus.where;
  core::readiness ready;
  auto& answered = ready.add("prometheus");
  slo::service service(loop.worker(), config, {{slo::tests::example()}}, answered);
  const auto port = service.start();
  const core::base_url page{false, {"127.0.0.1", port}, ""};

  const auto body = [](slo_service& t, core::base_url from, core::readiness& r) -> core::task<> {
    const auto until = soon();
    while (!r.ready() && !until.passed(core::now()))
      co_await core::sleep_for(t.loop.worker(), 20ms);
    EXPECT_THAT(co_await t.get(from, "/"), HasSubstr("page.js"));
    EXPECT_THAT(co_await t.get(from, "/plain"), HasSubstr("<td>100.0 %</td>"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos"), HasSubstr(R"("events":1200)"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos/web"), HasSubstr(R"("factor":13.44)"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos/other", 404), HasSubstr("no objective"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos/web/history?range=1h"),
                HasSubstr(R"("step_seconds":15)"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos/other/history", 404), HasSubstr("no objective"));
    EXPECT_THAT(
        co_await t.get(from, "/api/v1/slos/web/history?range=1y&points=0", 400),
        testing::AllOf(HasSubstr(R"("parameter":"range")"), HasSubstr(R"("parameter":"points")")));
    EXPECT_THAT(co_await t.get(from, "/api/v1/probes"), HasSubstr(R"("scenarios":[])"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/failures"), HasSubstr(R"("failures":[])"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/failures?limit=0", 400), HasSubstr("from 1 to 500"));
    EXPECT_THAT(co_await t.get(from, "/style.css"), HasSubstr("color-scheme"));
    EXPECT_THAT(co_await t.get(from, "/dygraph.min.js"), HasSubstr("Dygraph"));
    EXPECT_THAT(co_await t.get(from, "/nothing", 404), HasSubstr("there is no such page"));
  };
  loop.run(body(*this, page, ready));
  EXPECT_TRUE(ready.ready());
}

core::task<core::http_answer> sent(tests::loop& loop, core::base_url to, const char* path,
                                   core::header_list headers) {
  core::http_client client(loop.worker(), to);
  core::outgoing_request request;
  request.target = path;
  request.headers = std::move(headers);
  auto answer = co_await client.send(std::move(request), soon());
  EXPECT_TRUE(answer.has_value());
  co_return answer.has_value() ? std::move(*answer) : core::http_answer{};
}

TEST_F(slo_service, who_has_an_answer_is_told_so_and_who_takes_gzip_gets_it) {
  fake_prometheus prometheus(loop.worker(), healthy);
  slo::serve_config config;
  config.listen = {"127.0.0.1", 0};
  config.prometheus = prometheus.where;
  core::readiness ready;
  slo::service service(loop.worker(), config, {{slo::tests::example()}}, ready.add("prometheus"));
  const core::base_url page{false, {"127.0.0.1", service.start()}, ""};
  const auto body = [](tests::loop& l, core::base_url to) -> core::task<> {
    core::header_list gzip{{"Accept-Encoding", "gzip"}};
    const auto small = co_await sent(l, to, "/dygraph.min.js", gzip);
    EXPECT_EQ(small.header("content-encoding"), "gzip");
    const auto unzipped = core::gzip_reader().read(small.body, 1024 * 1024);
    EXPECT_TRUE(unzipped.has_value());
    const core::header_list none;
    const auto whole = co_await sent(l, to, "/dygraph.min.js", none);
    EXPECT_FALSE(whole.header("content-encoding"));
    EXPECT_EQ(whole.body, *unzipped);
    EXPECT_LT(small.body.size(), whole.body.size() / 2);
    EXPECT_NE(small.header("etag"), whole.header("etag"));
    EXPECT_THAT(std::string(*whole.header("content-security-policy")),
                testing::Not(HasSubstr("unsafe")));
    core::header_list known{{"If-None-Match", std::string(*whole.header("etag"))}};
    const auto same = co_await sent(l, to, "/dygraph.min.js", known);
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
  };
  loop.run(body(loop, page));
}

/// What a probe's admin port answers at /failures.
core::server_response probe_failures(const core::server_request& request) {
  if (request.header("authorization") != "Bearer open") {
    return core::problem_response(401, "a token is needed");
  }
  core::server_response out;
  out.body = R"({"failures":[{"id":"b1","scenario":"shop","intended":"2026-01-01T00:00:01Z",)"
             R"("trace_id":"0af7651916cd43dd8448eb211c80319c","step":"read","where":"app",)"
             R"("why":"status","detail":"","bundle":"/failures/b1"}]})";
  return out;
}

TEST_F(slo_service, shows_what_the_probes_keep_and_who_does_not_tell) {
  fake_prometheus prometheus(loop.worker(), healthy);
  core::http_server probe(loop.worker(), core::immediate(probe_failures));
  const auto port = probe.listen({"127.0.0.1", 0});
  ASSERT_TRUE(port);
  const core::base_url where{false, {"127.0.0.1", *port}, ""};
  slo::serve_config config;
  config.listen = {"127.0.0.1", 0};
  config.prometheus = prometheus.where;
  config.probes = {{where, core::secret("open")}, {where, std::nullopt}};
  config.trace_url = "http://traces/{trace_id}";
  core::readiness ready;
  slo::service service(loop.worker(), config, {{slo::tests::example()}}, ready.add("prometheus"));
  const core::base_url page{false, {"127.0.0.1", service.start()}, ""};
  const auto body = [](slo_service& t, core::base_url from) -> core::task<> {
    std::string said;
    const auto until = soon();
    while ((said.find("\"b1\"") == std::string::npos || said.find("401") == std::string::npos) &&
           !until.passed(core::now())) {
      said = co_await t.get(from, "/api/v1/failures");
    }
    EXPECT_THAT(said, HasSubstr("http://traces/0af7651916cd43dd8448eb211c80319c"));
    EXPECT_THAT(said, HasSubstr("it answers with HTTP 401"));
  };
  loop.run(body(*this, page));
}

TEST_F(slo_service, says_so_when_prometheus_is_gone) {
  const tests::refusing_port nobody(loop.worker());
  slo::serve_config config;
  config.listen = {"127.0.0.1", 0};
  config.prometheus = {false, nobody.where(), ""};
  core::readiness ready;
  slo::service service(loop.worker(), config, {{slo::tests::example()}}, ready.add("prometheus"));
  const core::base_url page{false, {"127.0.0.1", service.start()}, ""};
  const auto body = [](slo_service& t, core::base_url from) -> core::task<> {
    std::string page;
    const auto until = soon();
    while (page.find("does not answer") == std::string::npos && !until.passed(core::now())) {
      page = co_await t.get(from, "/plain");
    }
    EXPECT_THAT(page, HasSubstr("Prometheus does not answer"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos", 503), HasSubstr("Prometheus does not answer"));
    EXPECT_THAT(co_await t.get(from, "/api/v1/slos/web/history", 503),
                HasSubstr("Prometheus does not answer"));
  };
  loop.run(body(*this, page));
  EXPECT_FALSE(ready.ready());
}

}  // namespace
