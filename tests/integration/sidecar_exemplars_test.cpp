// From a proxied request to the exemplar of its duration: the span carries what was observed, and
// what it carries stays good over a reload.
#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "tests/support/loop.hpp"

namespace {

using namespace std::chrono_literals;

class exemplars : public ::testing::Test {
 public:
  exemplars()
      : app(loop.worker(), core::immediate([](const core::server_request&) {
              return core::server_response{200, "text/plain", {}, "ok"};
            })) {
    const auto port = app.listen({"127.0.0.1", 0});
    auto& in = config.inbound.emplace_back();
    in.name = "in";
    in.listen = {"127.0.0.1", 0};
    in.upstream = {"127.0.0.1", *port};
    auto& out = config.outbound.emplace_back();
    out.name = "out";
    out.listen = {"127.0.0.1", 0};
    out.upstream = in.upstream;
    config.tracing.sample_ratio = 1;
    proxy = std::make_unique<sidecar::proxy>(loop.worker(), config, sink, loop.worker().log);
    proxy->start();
  }
  ~exemplars() override { proxy.reset(); }

  void ask(const char* listener) {
    const auto body = [](core::worker& w, core::address to) -> core::task<> {
      core::http_client client(w, {false, to, ""});
      const auto answer = co_await client.get("/", core::deadline::in(30s, core::now()));
      EXPECT_TRUE(answer);
    };
    loop.run(body(loop.worker(), {"127.0.0.1", proxy->port(listener)}));
  }
  /// The candidates of everything that was recorded.
  std::vector<core::exemplar_candidate> taken() { return sink.take(100).exemplars; }
  std::string metrics() {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(proxy->shards(), &book));
    return all.render(core::exposition_format::openmetrics);
  }

  tests::loop loop;
  core::http_server app;
  core::span_sink sink{"test", "0", "i", 1000, true};
  core::exemplar_book book;
  sidecar::sidecar_config config;
  std::unique_ptr<sidecar::proxy> proxy;
};

TEST_F(exemplars, a_requests_span_carries_its_duration_and_bucket) {
  ask("in");
  const auto found = taken();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GT(found[0].seen.value, 0);
  EXPECT_EQ(found[0].seen.cell->bucket(found[0].seen.bucket), 1u);
  EXPECT_EQ(metrics().find(" # {"), std::string::npos) << "nobody has acknowledged it";
  book.acknowledged(found);
  const auto text = metrics();
  const auto at = text.find(" # {trace_id=\"" + found[0].trace.hex());
  ASSERT_NE(at, std::string::npos) << text;
  const auto line = text.substr(text.rfind('\n', at) + 1, 80);
  EXPECT_TRUE(line.starts_with("http_server_request_duration_seconds_bucket{")) << line;
}

TEST_F(exemplars, a_call_of_the_application_has_one_too) {
  ask("out");
  book.acknowledged(taken());
  const auto text = metrics();
  const auto at = text.find(" # {");
  ASSERT_NE(at, std::string::npos) << text;
  const auto line = text.substr(text.rfind('\n', at) + 1, 80);
  EXPECT_TRUE(line.starts_with("http_client_request_duration_seconds_bucket{")) << line;
}

TEST_F(exemplars, spans_from_before_a_reload_can_still_be_acknowledged) {
  ask("in");
  const auto before = taken();
  config.inbound[0].routes.emplace_back().route = "/things/{id}";
  proxy->reload(config);
  ask("in");
  book.acknowledged(before);
  EXPECT_NE(metrics().find(before.at(0).trace.hex()), std::string::npos);
}

TEST_F(exemplars, what_is_not_sampled_has_none) {
  config.tracing.sample_ratio = 0;
  proxy->reload(config);
  ask("in");
  EXPECT_TRUE(taken().empty());
}

}  // namespace
