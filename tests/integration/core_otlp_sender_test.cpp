// The exporter against an OTLP receiver in process: acknowledgement, retries, loss, shutdown. The
// ledger is the oracle.
#include <gtest/gtest.h>

#include "core/http_server.hpp"
#include "core/otlp_encode.hpp"
#include "core/otlp_sender.hpp"
#include "tests/support/await.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using namespace std::chrono_literals;
using tests::soon;

class otlp : public ::testing::Test {
 public:
  otlp() {
    receiver = std::make_unique<core::http_server>(
        loop.worker(), core::immediate([this](const core::server_request& r) {
          EXPECT_EQ(r.path, "/v1/traces");
          EXPECT_EQ(r.header("content-type"), "application/x-protobuf");
          core::server_response out;
          out.status = answers.empty() ? 200 : answers.front();
          if (!answers.empty()) answers.erase(answers.begin());
          if (out.status == 503) out.headers.emplace_back("Retry-After", "0");
          if (out.status == 200) got += core::inspect_export_request(r.body)->spans;
          return out;
        }));
    config.endpoint = {false, {"127.0.0.1", *receiver->listen({"127.0.0.1", 0})}, ""};
    config.interval = 10ms;
  }
  void record(int n) {
    for (int i = 0; i < n; ++i) {
      core::span s;
      s.context = core::new_root(random, true);
      s.name = "work";
      sink.accept(std::move(s));
    }
  }
  static core::task<> until_sent(otlp& t) {
    while (t.sink.snapshot().queued > 0) co_await core::sleep_for(t.loop.worker(), 2ms);
  }
  tests::loop loop;
  core::random_source random{3};
  core::span_sink sink{"test", "0", "i", 1000, true};
  std::unique_ptr<core::http_server> receiver;
  core::otlp_config config;
  std::vector<int> answers;
  std::uint64_t got = 0;
};

TEST_F(otlp, spans_are_exported_and_counted_when_acknowledged) {
  core::otlp_sender sender(loop.worker(), config, sink);
  sender.start();
  record(700);
  loop.run(until_sent(*this));
  EXPECT_EQ(got, 700u);
  EXPECT_EQ(sink.snapshot().exported, 700u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST_F(otlp, an_overloaded_receiver_is_asked_again) {
  answers = {503, 503};
  core::otlp_sender sender(loop.worker(), config, sink);
  sender.start();
  record(5);
  loop.run(until_sent(*this));
  EXPECT_EQ(got, 5u);
  EXPECT_EQ(sink.snapshot().exported, 5u);
}

TEST_F(otlp, a_refusal_is_final_and_counted) {
  answers = {400};
  core::otlp_sender sender(loop.worker(), config, sink);
  sender.start();
  record(5);
  loop.run(until_sent(*this));
  EXPECT_EQ(got, 0u);
  const auto ledger = sink.snapshot();
  EXPECT_EQ(ledger.dropped_total(), 5u);
  EXPECT_TRUE(ledger.balanced());
}

TEST_F(otlp, flush_sends_the_rest) {
  config.interval = 30s;
  core::otlp_sender sender(loop.worker(), config, sink);
  sender.start();
  record(5);
  auto body = [](core::otlp_sender& s) -> core::task<> { co_await s.flush(soon()); };
  loop.run(body(sender));
  EXPECT_EQ(got, 5u);
  EXPECT_EQ(sink.snapshot().exported, 5u);
}

TEST_F(otlp, flush_gives_up_in_time_when_nobody_listens) {
  const tests::refusing_port nobody(loop.worker());
  config.endpoint.authority = nobody.where();
  core::otlp_sender sender(loop.worker(), config, sink);
  sender.start();
  record(5);
  auto body = [](core::otlp_sender& s) -> core::task<> { co_await s.flush(soon(200ms)); };
  loop.run(body(sender));
  const auto ledger = sink.snapshot();
  EXPECT_EQ(ledger.dropped_total(), 5u);
  EXPECT_EQ(ledger.queued, 0u);
  EXPECT_TRUE(ledger.balanced());
}

}  // namespace
