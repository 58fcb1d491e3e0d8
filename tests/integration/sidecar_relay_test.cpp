// The OTLP receiver, by the specification's own table of answers.
#include <gtest/gtest.h>

#include "core/http_client.hpp"
#include "core/otlp_encode.hpp"
#include "core/worker.hpp"
#include "sidecar/relay/otlp_receiver.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/loop.hpp"

namespace {

using namespace std::chrono_literals;

using tests::gzip;

class relay : public ::testing::Test {
 public:
  relay() {
    config.listen = {"127.0.0.1", 0};
    config.body_limit.bytes = 100'000;
    receiver = std::make_unique<sidecar::otlp_receiver>(
        loop.worker(), config, [this](core::span_batch&& b) { return sink.accept(std::move(b)); });
    port = receiver->start();
  }
  static std::string request(int spans) {
    core::random_source random(5);
    std::vector<core::span> all(static_cast<std::size_t>(spans));
    for (auto& s : all) {
      s.context = core::new_root(random, true);
      s.name = "app work";
    }
    return core::encode_export_request(core::encode_resource("app", "1", "i"), all);
  }
  core::http_answer post(std::string body, core::header_list headers,
                         std::string path = "/v1/traces", std::string method = "POST") {
    core::http_answer out;
    auto run = [](relay& t, core::outgoing_request r, core::http_answer& o) -> core::task<> {
      core::http_client client(t.loop.worker(), {false, {"127.0.0.1", t.port}, ""});
      auto answer = co_await client.send(std::move(r), core::deadline::in(20s, core::now()));
      EXPECT_TRUE(answer);
      if (answer) o = *answer;
    };
    loop.run(
        run(*this, {std::move(method), std::move(path), std::move(headers), std::move(body)}, out));
    return out;
  }
  const core::header_list protobuf{{"Content-Type", "application/x-protobuf"}};
  tests::loop loop;
  core::span_sink sink{"test", "0", "i", 10, true};
  sidecar::relay_config config;
  std::unique_ptr<sidecar::otlp_receiver> receiver;
  std::uint16_t port = 0;
};

TEST_F(relay, takes_spans_and_passes_their_bytes_on) {
  const auto body = request(3);
  const auto answer = post(body, protobuf);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/x-protobuf");
  EXPECT_EQ(sink.snapshot().received, 3u);
  const auto batch = sink.take(100);
  EXPECT_EQ(batch.spans, 3u);
  EXPECT_EQ(core::inspect_export_request(batch.body)->spans, 3u);
}

TEST_F(relay, takes_gzip) {
  auto headers = protobuf;
  headers.emplace_back("Content-Encoding", "gzip");
  EXPECT_EQ(post(gzip(request(2)), headers).status, 200);
  EXPECT_EQ(sink.snapshot().received, 2u);
}

TEST_F(relay, an_empty_request_is_fine) {
  EXPECT_EQ(post("", protobuf).status, 200);
}

TEST_F(relay, a_full_queue_asks_to_come_back) {
  const auto answer = post(request(11), protobuf);
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.header("retry-after"));
  EXPECT_TRUE(sink.snapshot().balanced());
}

struct refusal {
  const char* name;
  std::string body;
  core::header_list headers;
  const char* path;
  const char* method;
  int status;
};
class refusals : public relay, public ::testing::WithParamInterface<refusal> {};

TEST_P(refusals, carry_a_status_message) {
  const auto answer = post(GetParam().body, GetParam().headers, GetParam().path, GetParam().method);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.header("content-type"), "application/x-protobuf");
  EXPECT_FALSE(answer.body.empty());
  EXPECT_EQ(sink.snapshot().received, 0u);
}

const core::header_list plain_protobuf{{"Content-Type", "application/x-protobuf"}};
const core::header_list zipped{{"Content-Type", "application/x-protobuf"},
                               {"Content-Encoding", "gzip"}};

INSTANTIATE_TEST_SUITE_P(
    otlp, refusals,
    ::testing::Values(
        refusal{"not_protobuf", "nonsense", plain_protobuf, "/v1/traces", "POST", 400},
        refusal{"wrong_type", "{}", {{"Content-Type", "text/plain"}}, "/v1/traces", "POST", 415},
        refusal{"unknown_encoding",
                "x",
                {{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "br"}},
                "/v1/traces",
                "POST",
                415},
        refusal{"not_gzip", "x", zipped, "/v1/traces", "POST", 400},
        refusal{"too_large_unpacked", gzip(std::string(1'000'000, 'a')), zipped, "/v1/traces",
                "POST", 413},
        refusal{"get", "", {}, "/v1/traces", "GET", 405},
        refusal{"other_path", "", plain_protobuf, "/v1/logs", "POST", 404}),
    [](const auto& row) { return row.param.name; });

}  // namespace
