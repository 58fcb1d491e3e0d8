// The OTLP receiver over a socket, by the specification's own table of answers, in both encodings.
#include <gtest/gtest.h>

#include "core/gzip.hpp"
#include "core/http_client.hpp"
#include "core/otlp_encode.hpp"
#include "core/otlp_sender.hpp"
#include "core/worker.hpp"
#include "sidecar/relay/relay.hpp"
#include "tests/support/await.hpp"
#include "tests/support/gzip.hpp"

namespace {

using namespace std::chrono_literals;

using sidecar::otlp_encoding;
using tests::gzip;
using tests::soon;

const core::header_list as_protobuf{{"Content-Type", "application/x-protobuf"}};
const core::header_list as_json{{"Content-Type", "application/json"}};

core::header_list zipped(core::header_list headers) {
  headers.emplace_back("Content-Encoding", "gzip");
  return headers;
}

class relay : public ::testing::Test {
 public:
  relay() {
    config.listen = {"127.0.0.1", 0};
    config.body_limit.bytes = 100'000;
  }
  void start(sidecar::batch_sink accept = {}) {
    receiver = std::make_unique<sidecar::otlp_receiver>(loop.worker(), config, "shop", *sink,
                                                        std::move(accept));
    port = receiver->start();
  }
  static std::string request(int spans, int without_ids = 0) {
    core::random_source random(5);
    std::vector<core::span> all(static_cast<std::size_t>(spans + without_ids));
    for (int i = 0; i < spans; ++i)
      all[static_cast<std::size_t>(i)].context = core::new_root(random, true);
    return core::encode_export_request(core::encode_resource("app", "1", "i"), all);
  }
  static std::string json_request(int spans, int without_ids = 0) {
    std::string list;
    for (int i = 0; i < spans + without_ids; ++i)
      list += std::string(i ? "," : "") + R"({"traceId":")" +
              std::string(32, i < spans ? 'a' : '0') + R"(","spanId":"00000000000000BB"})";
    return R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + list + "]}]}]}";
  }
  core::http_answer post(std::string body, core::header_list headers,
                         std::string path = "/v1/traces", std::string method = "POST") {
    if (port == 0) start();
    core::http_client client(loop.worker(), {false, {"127.0.0.1", port}, ""});
    const auto answer = tests::run(
        loop, client.send({std::move(method), std::move(path), std::move(headers), std::move(body)},
                          soon()));
    EXPECT_TRUE(answer);
    return answer ? *answer : core::http_answer{};
  }
  std::uint64_t counted(sidecar::relay_result result) {
    return loop.worker()
        .metrics.counter(sidecar::relay_requests_family, {{"result", sidecar::to_label(result)}})
        .value();
  }
  std::uint64_t bytes(std::string_view encoding) {
    return loop.worker()
        .metrics.counter(sidecar::relay_bytes_family, {{"encoding", encoding}})
        .value();
  }
  tests::loop loop;
  std::optional<core::span_sink> sink{std::in_place, "test", "0", "i", 10u, true};
  sidecar::relay_config config;
  std::unique_ptr<sidecar::otlp_receiver> receiver;
  std::uint16_t port = 0;
};

TEST_F(relay, takes_spans_and_passes_their_bytes_on) {
  const auto body = request(3);
  const auto answer = post(body, as_protobuf);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/x-protobuf");
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(sink->snapshot().received, 3u);
  const auto batch = sink->take(100);
  EXPECT_EQ(batch.spans, 3u);
  EXPECT_EQ(batch.body, body);
  EXPECT_EQ(counted(sidecar::relay_result::accepted), 1u);
  EXPECT_EQ(bytes("identity"), body.size());
}

TEST_F(relay, takes_json_and_passes_protobuf_on) {
  const auto answer = post(json_request(2), as_json);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(answer.body, "{}");
  const auto batch = sink->take(100);
  EXPECT_EQ(core::inspect_export_request(batch.body)->spans, 2u);
  EXPECT_NE(batch.body.find("shop"), std::string::npos) << "it did not name its service";
}

TEST_F(relay, takes_gzip) {
  EXPECT_EQ(post(gzip(request(2)), zipped(as_protobuf)).status, 200);
  EXPECT_EQ(post(gzip(json_request(1)), zipped(as_json)).status, 200);
  EXPECT_EQ(sink->snapshot().received, 3u);
  EXPECT_EQ(bytes("gzip"), gzip(request(2)).size() + gzip(json_request(1)).size());
}

TEST_F(relay, takes_bodies_of_many_reads) {
  config.body_limit.bytes = 10'000'000;
  sink.emplace("test", "0", "i", 100'000, true);
  const auto body = request(20'000);
  ASSERT_GT(body.size(), 500'000u);
  EXPECT_EQ(post(body, as_protobuf).status, 200);
  EXPECT_EQ(sink->take(100'000).body, body);
}

TEST_F(relay, an_empty_request_is_fine) {
  EXPECT_EQ(post("", as_protobuf).status, 200);
  EXPECT_EQ(post("{}", as_json).status, 200);
}

TEST_F(relay, spans_without_ids_are_rejected_alone) {
  const auto answer = post(request(2, 3), as_protobuf);
  EXPECT_EQ(answer.status, 200);
  const auto outcome = core::decode_export_response(answer.body);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->rejected, 3u);
  EXPECT_EQ(outcome->message, "3 spans have no valid trace_id and span_id");
  EXPECT_EQ(post(json_request(1, 1), as_json).body,
            R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":)"
            R"("1 span has no valid trace_id and span_id"}})");
  const auto ledger = sink->snapshot();
  EXPECT_EQ(ledger.received, 7u);
  EXPECT_EQ(ledger.dropped_total(), 4u);
  EXPECT_TRUE(ledger.balanced());
  EXPECT_EQ(counted(sidecar::relay_result::partial), 2u);
}

TEST_F(relay, a_full_queue_asks_to_come_back) {
  for (const auto& [body, headers] :
       {std::pair(request(11), as_protobuf), std::pair(json_request(11), as_json)}) {
    const auto answer = post(body, headers);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("retry-after"), "1");
    EXPECT_EQ(answer.header("content-type"), headers.front().second);
  }
  EXPECT_TRUE(sink->snapshot().balanced());
  EXPECT_EQ(counted(sidecar::relay_result::queue_full), 2u);
}

TEST_F(relay, without_a_backend_spans_are_taken_and_counted_as_dropped) {
  sink.emplace("test", "0", "i", 0, false);
  EXPECT_EQ(post(request(2), as_protobuf).status, 200);
  EXPECT_EQ(sink->snapshot().dropped_total(), 2u);
}

TEST_F(relay, another_sink_may_stand_in_front) {
  std::uint64_t seen = 0;
  start([&seen](core::span_batch&& batch) {
    seen += batch.spans;
    return seen > 3 ? std::optional(core::drop_reason::queue_full) : std::nullopt;
  });
  EXPECT_EQ(post(request(3), as_protobuf).status, 200);
  EXPECT_EQ(post(request(1), as_protobuf).status, 503);
  EXPECT_EQ(sink->snapshot().received, 0u);
}

TEST_F(relay, bodies_beyond_the_shared_memory_ask_to_come_back) {
  config.memory_limit.bytes = 1000;
  for (const auto& headers : {as_protobuf, as_json}) {
    const auto answer = post(std::string(1001, ' '), headers);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("retry-after"), "1");
    EXPECT_EQ(answer.header("content-type"), headers.front().second);
    EXPECT_FALSE(answer.body.empty());
  }
  EXPECT_EQ(counted(sidecar::relay_result::memory_full), 2u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(request(1), as_protobuf).status, 200) << "given back";
}

struct refusal {
  const char* name;
  std::string body;
  core::header_list headers;
  const char* path;
  const char* method;
  int status;
  sidecar::relay_result result;
};
void PrintTo(const refusal& r, std::ostream* out) {
  *out << r.name;
}
class refusals : public relay, public ::testing::WithParamInterface<refusal> {};

TEST_P(refusals, carry_a_status_message_in_the_requests_encoding) {
  const auto& row = GetParam();
  const auto answer = post(row.body, row.headers, row.path, row.method);
  EXPECT_EQ(answer.status, row.status);
  const auto type = row.headers.empty() ? "application/x-protobuf" : row.headers.front().second;
  EXPECT_EQ(answer.header("content-type"), type);
  if (type == "application/json") {
    EXPECT_TRUE(answer.body.starts_with("{\"code\":")) << answer.body;
  } else {
    EXPECT_TRUE(answer.body.starts_with("\x08")) << "google.rpc.Status.code";
  }
  if (row.status == 405) {
    EXPECT_EQ(answer.header("allow"), "POST");
  }
  EXPECT_EQ(answer.header("retry-after"), std::nullopt) << "never to be sent again";
  EXPECT_EQ(sink->snapshot().received, 0u);
  EXPECT_EQ(counted(row.result), 1u);
}

using result = sidecar::relay_result;
core::header_list with_coding(core::header_list headers, const char* coding) {
  headers.emplace_back("Content-Encoding", coding);
  return headers;
}

INSTANTIATE_TEST_SUITE_P(
    otlp, refusals,
    ::testing::Values(
        refusal{"not_protobuf", "nonsense", as_protobuf, "/v1/traces", "POST", 400,
                result::malformed},
        refusal{"not_json", "nonsense", as_json, "/v1/traces", "POST", 400, result::malformed},
        refusal{"unknown_coding", "x", with_coding(as_protobuf, "br"), "/v1/traces", "POST", 415,
                result::unsupported},
        refusal{"unknown_coding_of_json", "x", with_coding(as_json, "br"), "/v1/traces", "POST",
                415, result::unsupported},
        refusal{"not_gzip", "x", zipped(as_protobuf), "/v1/traces", "POST", 400, result::malformed},
        refusal{"not_gzip_in_json", "x", zipped(as_json), "/v1/traces", "POST", 400,
                result::malformed},
        refusal{"too_large", std::string(100'001, ' '), as_protobuf, "/v1/traces", "POST", 413,
                result::too_large},
        refusal{"too_large_in_json", std::string(100'001, ' '), as_json, "/v1/traces", "POST", 413,
                result::too_large},
        refusal{"too_large_unpacked", gzip(std::string(1'000'000, 'a')), zipped(as_protobuf),
                "/v1/traces", "POST", 413, result::too_large},
        refusal{"too_large_unpacked_in_json", gzip(std::string(1'000'000, ' ')), zipped(as_json),
                "/v1/traces", "POST", 413, result::too_large},
        refusal{"get", "", {}, "/v1/traces", "GET", 405, result::bad_method},
        refusal{"get_with_json", "", as_json, "/v1/traces", "GET", 405, result::bad_method},
        refusal{"logs", "", as_protobuf, "/v1/logs", "POST", 404, result::not_found},
        refusal{"metrics_in_json", "{}", as_json, "/v1/metrics", "POST", 404, result::not_found}),
    [](const auto& row) { return row.param.name; });

TEST_F(relay, another_content_type_is_told_so_in_plain_text) {
  const auto answer = post("{}", {{"Content-Type", "text/plain"}});
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.header("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(counted(result::unsupported), 1u);
}

// The relay on its own thread, and the exporter behind it compressing what it sends on.
TEST_F(relay, what_a_thread_of_its_own_receives_is_sent_on_compressed) {
  std::string got;
  core::http_server backend(loop.worker(), core::immediate([&got](const core::server_request& r) {
                              EXPECT_EQ(r.header("content-encoding"), "gzip");
                              core::gzip_reader reader;
                              const auto plain = reader.read(r.body, 1'000'000);
                              EXPECT_TRUE(plain);
                              if (plain) got += *plain;
                              return core::server_response{};
                            }));
  core::otlp_config otlp;
  otlp.endpoint = {false, {"127.0.0.1", *backend.listen({"127.0.0.1", 0})}, ""};
  otlp.interval = 10ms;
  otlp.compression = core::otlp_compression::gzip;
  core::otlp_sender sender(loop.worker(), otlp, *sink);
  sender.start();

  sidecar::relay threaded(loop.worker(), config, "shop", *sink);
  port = threaded.start();
  const auto body = request(3);
  EXPECT_EQ(post(body, as_protobuf).status, 200);
  auto finish = [](sidecar::relay& r, core::otlp_sender& s) -> core::task<> {
    co_await r.drain(soon());
    co_await s.flush(soon());
  };
  loop.run(finish(threaded, sender));
  EXPECT_EQ(got, body);
  EXPECT_EQ(sink->snapshot().exported, 3u);
  EXPECT_TRUE(sink->snapshot().balanced());
}

}  // namespace
