// The admin port: what everybody may ask, what only operators may, and that changes need POST.
#include <gtest/gtest.h>

#include "core/admin.hpp"
#include "core/http_client.hpp"
#include "tests/support/await.hpp"

namespace {

using namespace std::chrono_literals;
using tests::soon;

class admin_port : public ::testing::Test {
 public:
  std::uint16_t open(std::optional<core::secret> token = {}) {
    core::admin_config config;
    config.listen = {"127.0.0.1", 0};
    config.token = std::move(token);
    admin = std::make_unique<core::admin>(loop.worker(), config, "remora-test", "1.2.3", metrics,
                                          ready);
    admin->page(
        "/traces", core::admin_access::operators,
        core::immediate([](const core::server_request&) { return core::server_response{}; }));
    admin->action("/quitquitquit", core::immediate([this](const core::server_request&) {
                    ++quits;
                    return core::server_response{202, "text/plain", {}, ""};
                  }));
    return admin->start();
  }
  core::http_answer ask(std::uint16_t port, std::string method, std::string path,
                        core::header_list headers = {}) {
    core::http_answer out;
    auto body = [](admin_port& t, std::uint16_t p, core::outgoing_request r,
                   core::http_answer& o) -> core::task<> {
      core::http_client client(t.loop.worker(), {false, {"127.0.0.1", p}, ""});
      auto answer = co_await client.send(std::move(r), soon());
      EXPECT_TRUE(answer);
      if (answer) o = *answer;
    };
    loop.run(body(*this, port, {std::move(method), std::move(path), std::move(headers), ""}, out));
    return out;
  }
  tests::loop loop;
  core::exposition metrics;
  core::readiness ready;
  std::unique_ptr<core::admin> admin;
  int quits = 0;
};

TEST_F(admin_port, serves_metrics_in_the_format_that_is_asked_for) {
  metrics.add(std::make_shared<core::process_source>("remora-test", "1.2.3"));
  const auto port = open();
  const auto text = ask(port, "GET", "/metrics");
  EXPECT_EQ(text.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(text.body.find("remora_build_info{program=\"remora-test\",version=\"1.2.3\"} 1"),
            std::string::npos);
  const auto open_metrics =
      ask(port, "GET", "/metrics", {{"Accept", "application/openmetrics-text; version=1.0.0"}});
  EXPECT_TRUE(open_metrics.body.ends_with("# EOF\n"));
}

TEST_F(admin_port, readiness_follows_its_conditions_and_liveness_does_not) {
  auto& database = ready.add("database");
  const auto port = open();
  EXPECT_EQ(ask(port, "GET", "/readyz").status, 503);
  EXPECT_EQ(ask(port, "GET", "/livez").status, 200);
  database.report(true);
  EXPECT_EQ(ask(port, "GET", "/readyz").status, 200);
  database.report(false);
  EXPECT_EQ(ask(port, "GET", "/readyz").status, 200);  // hysteresis
  ready.start_draining();
  EXPECT_EQ(ask(port, "GET", "/readyz").status, 503);
}

TEST_F(admin_port, a_path_may_be_a_page_and_an_action) {
  const auto port = open(core::secret("the-token"));
  admin->page("/both", core::admin_access::anyone, core::immediate([](const core::server_request&) {
                return core::server_response{200, "text/plain", {}, "shown"};
              }));
  admin->action(
      "/both", core::immediate([](const core::server_request& r) {
        return core::server_response{200, "text/plain", {}, "took " + std::string(r.body)};
      }));
  EXPECT_EQ(ask(port, "GET", "/both").body, "shown");
  EXPECT_EQ(ask(port, "POST", "/both").status, 403) << "changes are the operators', always";
  EXPECT_EQ(ask(port, "POST", "/both", {{"Authorization", "Bearer the-token"}}).body, "took ");
  const auto wrong = ask(port, "DELETE", "/both");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "GET, HEAD, POST");
}

TEST_F(admin_port, a_page_that_ends_in_a_slash_has_what_is_below_it) {
  const auto port = open();
  admin->page("/things/", core::admin_access::anyone,
              core::immediate([](const core::server_request& r) {
                return core::server_response{200, "text/plain", {}, std::string(r.path)};
              }));
  EXPECT_EQ(ask(port, "GET", "/things/7").body, "/things/7");
  EXPECT_EQ(ask(port, "GET", "/things/").status, 200);
  EXPECT_EQ(ask(port, "GET", "/things").status, 404);
  EXPECT_EQ(ask(port, "GET", "/things/7/8").status, 404);
}

TEST_F(admin_port, steps_run_before_a_scrape_with_the_time_that_the_scraper_has) {
  std::vector<core::duration> left;
  const auto port = open();
  for (int i = 0; i < 2; ++i)
    admin->before_scrape([&](core::deadline until) -> core::task<> {
      left.push_back(until.left(core::now()));
      co_return;
    });
  int value = 0;
  metrics.add(std::make_shared<core::function_source>([&](core::exposition_writer& out) {
    value = static_cast<int>(left.size());
    if (out.family("steps", "S.", core::metric_type::gauge)) out.gauge("", value);
  }));
  ask(port, "GET", "/metrics", {{"X-Prometheus-Scrape-Timeout-Seconds", "10"}});
  EXPECT_EQ(value, 2);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_LE(left[0], 9500ms);
  EXPECT_GT(left[0], 1s);
  ask(port, "GET", "/livez");
  EXPECT_EQ(left.size(), 2u);
}

TEST(scrape_deadline, leaves_time_to_answer) {
  const auto now = core::now();
  const auto left = [&](const char* header) {
    return core::scrape_deadline(header, now).left(now);
  };
  EXPECT_EQ(left("10"), 9500ms);
  EXPECT_EQ(left("0.4"), 200ms);
  EXPECT_EQ(left("1e9"), 3599500ms);
  for (const char* nothing : {"", "ten", "-1", "0", "nan", "1s"})
    EXPECT_EQ(core::scrape_deadline(nothing, now).at, core::deadline::never().at) << nothing;
}

TEST_F(admin_port, changes_need_post) {
  const auto port = open();
  const auto get = ask(port, "GET", "/quitquitquit");
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.header("allow"), "POST");
  EXPECT_EQ(quits, 0);
  EXPECT_EQ(ask(port, "POST", "/quitquitquit").status, 202);
  EXPECT_EQ(quits, 1);
  EXPECT_EQ(ask(port, "POST", "/metrics").status, 405);
  EXPECT_EQ(ask(port, "GET", "/nowhere").status, 404);
}

TEST_F(admin_port, with_a_token_operators_must_show_it_even_from_loopback) {
  const auto port = open(core::secret("open sesame"));
  EXPECT_EQ(ask(port, "GET", "/traces").status, 403);
  EXPECT_EQ(ask(port, "GET", "/traces", {{"Authorization", "Bearer wrong sesame"}}).status, 403);
  EXPECT_EQ(ask(port, "GET", "/traces", {{"Authorization", "Bearer open sesame"}}).status, 200);
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
}

TEST_F(admin_port, an_address_in_use_is_named) {
  const auto port = open();
  core::admin_config config;
  config.listen = {"127.0.0.1", port};
  core::admin second(loop.worker(), config, "p", "v", metrics, ready);
  try {
    second.start();
    FAIL() << "the port was taken";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("127.0.0.1:" + std::to_string(port)), std::string::npos)
        << e.what();
  }
}

}  // namespace
