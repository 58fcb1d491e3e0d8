// Metrics of other programs in ours: what a scrape of the admin port gives when sources answer,
// are down, slow, wrong or large.
#include <gtest/gtest.h>

#include <fstream>

#include "core/admin.hpp"
#include "core/http_client.hpp"
#include "sidecar/merge/merger.hpp"
#include "tests/support/await.hpp"
#include "tests/support/refusing_port.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;
using tests::soon;

core::server_response plain(std::string body, std::string type = "text/plain; version=0.0.4") {
  return {200, std::move(type), {}, std::move(body)};
}

class merging : public ::testing::Test {
 public:
  sidecar::merge_source_config source(std::string name, core::http_handler handler) {
    servers.push_back(std::make_unique<core::http_server>(loop.worker(), std::move(handler)));
    return source(std::move(name), {"127.0.0.1", *servers.back()->listen({"127.0.0.1", 0})});
  }
  static sidecar::merge_source_config source(std::string name, core::address at) {
    sidecar::merge_source_config out;
    out.name = std::move(name);
    out.url = {false, std::move(at), ""};
    out.timeout = 20s;
    return out;
  }
  void start(std::vector<sidecar::merge_source_config> sources) {
    merger = sidecar::merger::make(loop.worker(), {std::move(sources)});
    metrics.set_guest(merger);
    metrics.add(std::make_shared<core::function_source>([](core::exposition_writer& out) {
      if (out.family("ours", "Ours.", core::metric_type::gauge)) out.gauge("", 1);
    }));
    admin = std::make_unique<core::admin>(loop.worker(), core::admin_config{{"127.0.0.1", 0}, {}},
                                          "remora-test", "1", metrics, ready);
    admin->before_scrape([this](core::deadline until) {
      ++scrapes;
      return merger->prepare(until);
    });
    port = admin->start();
  }
  core::task<core::result<core::http_answer>> get(core::header_list headers) {
    core::http_client client(loop.worker(), {false, {"127.0.0.1", port}, ""});
    core::outgoing_request request{"GET", "/metrics", std::move(headers), ""};
    co_return co_await client.send(std::move(request), soon());
  }
  std::string scrape(core::header_list headers = {}) {
    const auto answer = tests::run(loop, get(std::move(headers)));
    EXPECT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 200);
    return answer->body;
  }

  tests::loop loop;
  core::exposition metrics;
  core::readiness ready;
  std::vector<std::unique_ptr<core::http_server>> servers;
  std::shared_ptr<sidecar::merger> merger;
  std::unique_ptr<core::admin> admin;
  std::uint16_t port = 0;
  int scrapes = 0;  // that have begun
};

void expect_in(const std::string& body, const std::string& part) {
  EXPECT_NE(body.find(part), std::string::npos) << part << "\nis not in\n" << body;
}

TEST_F(merging, one_scrape_has_the_metrics_of_all) {
  std::string accept, timeout;
  auto app = source("app", core::immediate([&](const core::server_request& r) {
                      accept = r.header("accept").value_or("");
                      timeout = r.header("x-prometheus-scrape-timeout-seconds").value_or("");
                      EXPECT_EQ(r.path, "/metrics");
                      EXPECT_EQ(r.query, "format=prometheus");
                      return plain("# TYPE jobs counter\njobs_total 3\n# EOF\n",
                                   "application/openmetrics-text; version=1.0.0");
                    }));
  app.query = "format=prometheus";
  start({app, source("agent", core::immediate([](const core::server_request&) {
                       return plain("# TYPE depth gauge\ndepth 4\n");
                     }))});
  const auto text = scrape();
  expect_in(text, "ours 1\n");
  expect_in(text, "# TYPE jobs_total counter\njobs_total 3\n");
  expect_in(text, "# TYPE depth gauge\ndepth 4\n");
  expect_in(text, "remora_merge_up{source=\"app\"} 1\n");
  expect_in(text, "remora_merge_samples{source=\"agent\"} 1\n");
  EXPECT_TRUE(accept.starts_with("application/openmetrics-text")) << accept;
  EXPECT_GT(std::stod(timeout), 1.0);
  const auto openmetrics = scrape({{"Accept", "application/openmetrics-text"}});
  expect_in(openmetrics, "# TYPE jobs counter\njobs_total 3\n");
  EXPECT_TRUE(openmetrics.ends_with("# EOF\n"));
}

TEST_F(merging, a_source_that_fails_is_left_out_and_said_to_be) {
  tests::scripted_server closed(loop.worker(), {{"", true}});
  const tests::refusing_port nobody(loop.worker());
  auto large = source("large", core::immediate([](const core::server_request&) {
                        return plain("a 1\n" + std::string(4096, '#') + "\n");
                      }));
  large.limit.bytes = 1024;
  start({source("refusing", nobody.where()), source("closing", closed.where()), large,
         source("failing", core::immediate([](const core::server_request&) {
                  return core::server_response{503, "text/plain", {}, "no"};
                })),
         source("page", core::immediate([](const core::server_request&) {
                  return plain("<html>", "text/html");
                })),
         source("wrong", core::immediate(
                             [](const core::server_request&) { return plain("good 1\nbad\n"); })),
         source("well",
                core::immediate([](const core::server_request&) { return plain("fine 1\n"); }))});
  const auto text = scrape();
  for (const std::string name : {"refusing", "closing", "large", "failing", "page", "wrong"})
    expect_in(text, "remora_merge_up{source=\"" + name + "\"} 0\n");
  expect_in(text, "remora_merge_up{source=\"well\"} 1\n");
  expect_in(text, "fine 1\n");
  EXPECT_EQ(text.find("good 1"), std::string::npos);
  const auto counted = [&](const std::string& name, const std::string& reason) {
    expect_in(text,
              "remora_merge_failures_total{source=\"" + name + "\",reason=\"" + reason + "\"} 1\n");
  };
  counted("refusing", "connect");
  counted("closing", "connect");
  counted("large", "too_large");
  counted("failing", "status");
  counted("page", "format");
  counted("wrong", "format");
  const auto page = merger->page();
  expect_in(page, "it answers 503");
  expect_in(page, "it answers with Content-Type text/html");
  expect_in(page, "line 2: the value is no number: \\\"bad\\\"");
}

TEST_F(merging, a_slow_source_costs_no_more_than_the_scrapers_time) {
  tests::gate gate(loop.worker());
  gate.open = false;
  auto slow = source("slow", [&](const core::server_request&) -> core::task<core::server_response> {
    const auto passed = co_await gate.pass(soon());
    EXPECT_TRUE(passed);
    co_return plain("late 1\n");
  });
  start({slow, source("fast", core::immediate([](const core::server_request&) {
                        return plain("early 1\n");
                      }))});
  const auto text = scrape({{"X-Prometheus-Scrape-Timeout-Seconds", "0.2"}});
  expect_in(text, "early 1\n");
  expect_in(text, "remora_merge_up{source=\"slow\"} 0\n");
  expect_in(text, "remora_merge_failures_total{source=\"slow\",reason=\"timeout\"} 1\n");
  expect_in(merger->page(), "had not answered");
  // A scrape with more time waits for what that one began.
  gate.open = true;
  const auto later = scrape();
  expect_in(later, "late 1\n");
  EXPECT_EQ(gate.waiting, 0);
}

TEST_F(merging, scrapes_at_the_same_time_ask_a_source_once) {
  tests::gate gate(loop.worker());
  gate.open = false;
  int asked = 0;
  start({source("app", [&](const core::server_request&) -> core::task<core::server_response> {
    ++asked;
    const auto passed = co_await gate.pass(soon());
    EXPECT_TRUE(passed);
    co_return plain("a 1\n");
  })});
  int done = 0;
  auto one = [](merging& t, int& n) -> core::task<> {
    const auto answer = co_await t.get({});
    EXPECT_TRUE(answer);
    if (answer) expect_in(answer->body, "a 1\n");
    ++n;
  };
  auto both = [](merging& t, decltype(one)& scrape, tests::gate& g, int& n) -> core::task<> {
    t.loop.worker().start("first", scrape(t, n));
    t.loop.worker().start("second", scrape(t, n));
    const bool arrived =
        co_await tests::holds(t.loop.worker(), [&] { return g.waiting == 1 && t.scrapes == 2; });
    EXPECT_TRUE(arrived);
    g.open = true;
    const bool over = co_await tests::holds(t.loop.worker(), [&] { return n == 2; });
    EXPECT_TRUE(over);
  };
  loop.run(both(*this, one, gate, done));
  EXPECT_EQ(asked, 1);
}

TEST_F(merging, conflicts_are_counted_and_named) {
  start({source("app", core::immediate([](const core::server_request&) {
                  return plain("# TYPE ours counter\nours 3\n# TYPE fine gauge\nfine 1\n");
                }))});
  const auto text = scrape();
  expect_in(text, "# TYPE ours gauge\nours 1\n");
  EXPECT_EQ(text.find("ours 3"), std::string::npos);
  expect_in(text, "remora_merge_conflicts{source=\"app\"} 1\n");
  expect_in(text, "remora_merge_samples_dropped{source=\"app\",reason=\"conflict\"} 1\n");
  const auto page = merger->page();
  expect_in(page, R"("conflicts":[{"family":"ours","with":"remora")");
}

TEST_F(merging, a_reload_changes_the_sources_and_keeps_their_counters) {
  start({source("app", core::immediate([](const core::server_request&) {
                  return core::server_response{500, "text/plain", {}, ""};
                }))});
  scrape();
  auto better =
      source("app", core::immediate([](const core::server_request&) { return plain("b 1\n"); }));
  merger->adopt(merger->make_sources({{better}}));
  const auto text = scrape();
  expect_in(text, "b 1\n");
  expect_in(text, "remora_merge_up{source=\"app\"} 1\n");
  expect_in(text, "remora_merge_failures_total{source=\"app\",reason=\"status\"} 1\n");
  merger->adopt(merger->make_sources({}));
  EXPECT_EQ(scrape().find("source=\"app\""), std::string::npos);
}

/// What promtool says about an exposition; "" when it is content.
std::string linted(const std::string& exposition) {
  const tests::temporary_directory directory;
  const std::string path = directory / "merged";
  std::ofstream(path) << exposition;
  FILE* const pipe = ::popen(("promtool check metrics < " + path + " 2>&1").c_str(), "r");
  std::string out;
  char piece[512];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) out.append(piece, n);
  const int code = ::pclose(pipe);
  // 3 is what it gives for matters of style.
  return WEXITSTATUS(code) == 0 || WEXITSTATUS(code) == 3 ? "" : out;
}

TEST_F(merging, promtool_reads_the_merged_text) {
  if (std::system("promtool --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no promtool";
  EXPECT_NE(linted("a{ 1\n"), "");  // it does look
  start({source("app", core::immediate([](const core::server_request&) {
                  return plain(
                      "# HELP jobs Say \\\"hi\\\"\\\\.\n# TYPE jobs counter\n"
                      "jobs_total{a=\"b\\\"\\n\"} 3 1.5 # {trace_id=\"x\"} 1\n"
                      "jobs_created{a=\"b\\\"\\n\"} 12.5\n# TYPE h histogram\n"
                      "h_bucket{le=\"1.0\"} 1 # {x=\"y\"} 0.5\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\n"
                      "h_count 2\nh_created 5\n# TYPE build info\nbuild_info{v=\"1\"} 1\n# EOF\n",
                      "application/openmetrics-text");
                })),
         source("old", core::immediate([](const core::server_request&) {
                  return plain(
                      "# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_sum 2\ns_count 3\n"
                      "# TYPE s_created gauge\ns_created 1\nplain{ a=\"b\", } inf 5\n");
                }))});
  const auto text = scrape();
  EXPECT_EQ(linted(text), "") << text;
}

}  // namespace
