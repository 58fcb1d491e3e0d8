// Bodies, interim answers and tunnels through a sidecar, where the order of events is the point.
#include "tests/integration/proxied.hpp"
#include "tests/support/raw_server.hpp"

namespace {

using namespace std::chrono_literals;
using tests::raw_server;
using tests::read_all;
using tests::read_exactly;
using tests::read_until;

class streamed : public tests::proxied {
 public:
  /// A sidecar before an upstream whose connections are `each`.
  void serve(raw_server::play each) {
    server = std::make_unique<raw_server>(loop.worker(), std::move(each));
    config.inbound.push_back(inbound(server->where()));
    start();
  }
  std::unique_ptr<raw_server> server;
};

core::task<> say(core::byte_stream& to, std::string text) {
  const auto sent = co_await to.write(text);
  EXPECT_TRUE(sent);
}

TEST_F(streamed, an_answer_that_comes_before_the_body_is_passed_on_at_once) {
  serve([](core::byte_stream& s) -> core::task<> {
    co_await read_until(s, "\r\n\r\n");
    co_await say(s, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    co_await read_all(s);
  });
  as_client([](core::byte_stream& s) -> core::task<> {
    co_await say(s, "POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nfirst");
    const auto answer = co_await read_all(s);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\nConnection: close\r\n\r\nno")) << answer;
  });
}

TEST_F(streamed, both_bodies_flow_at_the_same_time) {
  serve([](core::byte_stream& s) -> core::task<> {
    co_await read_until(s, "\r\n\r\n");
    co_await say(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; ++i) {
      const auto chunk = co_await read_until(s, "!\r\n");
      co_await say(s, chunk);
    }
    const auto last = co_await read_until(s, "0\r\n\r\n");
    co_await say(s, last);
  });
  as_client([](core::byte_stream& s) -> core::task<> {
    co_await say(s, "POST /things/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const auto head = co_await read_until(s, "\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 "));
    for (const std::string word : {"one!", "two!", "six!"}) {
      co_await say(s, "4\r\n" + word + "\r\n");
      const auto back = co_await read_until(s, "!\r\n");
      EXPECT_EQ(back, "4\r\n" + word + "\r\n");
    }
    co_await say(s, "0\r\n\r\n");
    const auto end = co_await read_until(s, "0\r\n\r\n");
    EXPECT_EQ(end, "0\r\n\r\n");
  });
}

TEST_F(streamed, a_body_of_megabytes_arrives_as_it_was_sent) {
  std::string sent(5'000'000, 'a');
  for (std::size_t i = 0; i < sent.size(); i += 7) sent[i] = static_cast<char>('a' + i % 23);
  serve([&](core::byte_stream& s) -> core::task<> {
    co_await read_until(s, "\r\n\r\n");
    const auto body = co_await read_exactly(s, sent.size());
    co_await say(
        s, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    co_await read_all(s);
  });
  as_client([&](core::byte_stream& s) -> core::task<> {
    co_await say(s, "PUT /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n" + sent);
    const auto head = co_await read_until(s, "\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head;
    const auto body = co_await read_exactly(s, sent.size());
    EXPECT_TRUE(body == sent);
  });
}

TEST_F(streamed, a_client_that_leaves_in_its_body_ends_the_upstreams_request) {
  bool ended = false;
  serve([&](core::byte_stream& s) -> core::task<> {
    co_await read_all(s);
    ended = true;
  });
  as_client([&](core::byte_stream& s) -> core::task<> {
    co_await say(s, "POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nfirst");
    s.close();
  });
  wait_until([&] { return ended; });
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="excluded"} 1)");
}

TEST_F(streamed, interim_answers_are_passed_on_before_the_final_one) {
  serve([](core::byte_stream& s) -> core::task<> {
    const auto head = co_await read_until(s, "\r\n\r\n");
    EXPECT_NE(head.find("Expect: 100-continue\r\n"), std::string::npos) << head;
    co_await say(s, "HTTP/1.1 100 Continue\r\n\r\n");
    const auto body = co_await read_exactly(s, 5);
    EXPECT_EQ(body, "hello");
    co_await say(s,
                 "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: close\r\n\r\n"
                 "HTTP/1.1 204 No Content\r\n\r\n");
    co_await read_all(s);
  });
  as_client([](core::byte_stream& s) -> core::task<> {
    co_await say(s,
                 "POST /things/1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                 "Content-Length: 5\r\n\r\n");
    const auto first = co_await read_until(s, "\r\n\r\n");
    EXPECT_EQ(first, "HTTP/1.1 100 Continue\r\n\r\n");
    co_await say(s, "hello");
    const auto hints = co_await read_until(s, "\r\n\r\n");
    EXPECT_EQ(hints, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
    const auto last = co_await read_until(s, "\r\n\r\n");
    EXPECT_TRUE(last.starts_with("HTTP/1.1 204 ")) << last;
  });
}

TEST_F(streamed, an_upgrade_becomes_a_tunnel_with_what_came_behind_the_heads) {
  serve([](core::byte_stream& s) -> core::task<> {
    const auto head = co_await read_until(s, "\r\n\r\n");
    EXPECT_NE(head.find("Connection: upgrade\r\nUpgrade: chat\r\n"), std::string::npos) << head;
    co_await say(s,
                 "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n"
                 "welcome.");
    const auto first = co_await read_until(s, ".");
    EXPECT_EQ(first, "hello.");
    co_await say(s, "answer.");
    // The client has said all; the server goes on.
    const auto end = co_await read_all(s);
    EXPECT_EQ(end, "last");
    co_await say(s, "farewell.");
  });
  as_client([](core::byte_stream& s) -> core::task<> {
    co_await say(s,
                 "GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
                 "Upgrade: chat\r\n\r\nhello.");
    const auto head = co_await read_until(s, "\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
    EXPECT_NE(head.find("Connection: upgrade\r\nUpgrade: chat\r\n"), std::string::npos) << head;
    const auto words = co_await read_until(s, "answer.");
    EXPECT_EQ(words, "welcome.answer.");
    co_await say(s, "last");
    s.shutdown_send();
    const auto rest = co_await read_all(s);
    EXPECT_EQ(rest, "farewell.");
  });
  expect_metric(R"(remora_sidecar_tunnels 0)");
  expect_metric(R"(remora_sidecar_tunnel_bytes_total{direction="upstream"} 10)");
  expect_metric(R"(remora_sidecar_tunnel_bytes_total{direction="client"} 24)");
}

TEST_F(streamed, an_upgrade_that_is_declined_is_an_answer_like_any_other) {
  serve([](core::byte_stream& s) -> core::task<> {
    for (int i = 0; i < 2; ++i) {
      co_await read_until(s, "\r\n\r\n");
      co_await say(s, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
    co_await read_all(s);
  });
  as_client([](core::byte_stream& s) -> core::task<> {
    for (int i = 0; i < 2; ++i) {
      co_await say(
          s, "GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n");
      const auto answer = co_await read_until(s, "\r\n\r\nok");
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    }
  });
}

TEST_F(streamed, a_101_that_nobody_asked_for_is_a_bad_answer) {
  serve([](core::byte_stream& s) -> core::task<> {
    co_await read_until(s, "\r\n\r\n");
    co_await say(s,
                 "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    co_await read_all(s);
  });
  as_client([](core::byte_stream& s) -> core::task<> {
    co_await say(s, "GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = co_await read_all(s);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
  });
}

TEST_F(streamed, a_tunnel_that_is_idle_for_too_long_ends) {
  server = std::make_unique<raw_server>(loop.worker(), [](core::byte_stream& s) -> core::task<> {
    co_await read_until(s, "\r\n\r\n");
    co_await say(s,
                 "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    co_await read_all(s);
  });
  config.inbound.push_back(inbound(server->where()));
  config.inbound.back().tunnel_idle_timeout = 100ms;
  start();
  as_client([](core::byte_stream& s) -> core::task<> {
    co_await say(s, "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
    const auto all = co_await read_all(s);  // to its end, which only the limit brings about
    EXPECT_TRUE(all.starts_with("HTTP/1.1 101 ")) << all;
  });
}

TEST_F(streamed, heads_are_limited_in_size_fields_and_time) {
  config.inbound.push_back(inbound(app()));
  config.inbound.back().head = {core::byte_size{600}, 5, 100ms};
  start();
  const std::string line = "GET /things/1 HTTP/1.1\r\nHost: x\r\n";
  EXPECT_TRUE(raw(line + "A: " + std::string(700, 'a')).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(
      raw(line + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\n\r\n").starts_with("HTTP/1.1 431 "));
  EXPECT_EQ(raw(line), "");  // the rest never comes
  EXPECT_TRUE(raw(line + "Connection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
  expect_metric(R"(remora_sidecar_refused_total{reason="too_large"} 1)");
  expect_metric(R"(remora_sidecar_refused_total{reason="too_many_fields"} 1)");
}

TEST_F(streamed, a_head_in_pieces_is_one_request_however_it_is_cut) {
  config.inbound.push_back(inbound(app()));
  start();
  const std::string request =
      "POST /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: " +
      std::string(3000, 'l') + "\r\nContent-Length: 5\r\n\r\nhello";
  for (const std::size_t cut : {1u, 30u, 1000u, 1024u, 1025u, 3040u}) {
    as_client([&](core::byte_stream& s) -> core::task<> {
      co_await say(s, request.substr(0, cut));
      co_await core::sleep_for(s.owner(),
                               2ms);  // so that it is read by itself; nothing depends on it
      co_await say(s, request.substr(cut));
      const auto answer = co_await read_all(s);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << cut;
      EXPECT_TRUE(answer.ends_with("POST /things/1 hello")) << cut;
    });
  }
}

TEST_F(streamed, asterisk_form_reaches_the_upstream) {
  config.inbound.push_back(inbound(app()));
  start();
  const auto answer = raw("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("OPTIONS * ")) << answer;
}

TEST_F(streamed, many_pipelined_requests_with_bodies_are_answered_in_order) {
  config.inbound.push_back(inbound(app()));
  start();
  std::string all;
  constexpr int count = 200;
  for (int i = 0; i < count; ++i) {
    const auto body = "number " + std::to_string(i);
    all += "POST /things/1 HTTP/1.1\r\nHost: x\r\n" +
           std::string(i + 1 == count ? "Connection: close\r\n" : "") +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  const auto answers = raw(all);
  std::size_t at = 0;
  for (int i = 0; i < count; ++i) {
    at = answers.find("POST /things/1 number " + std::to_string(i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

}  // namespace
