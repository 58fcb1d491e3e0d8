// HTTP server, client, exchange, dialler and pool against each other and against scripted peers.
#include <gtest/gtest.h>

#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "core/problem_details.hpp"
#include "tests/support/await.hpp"
#include "tests/support/scripted_server.hpp"

namespace {

using namespace std::chrono_literals;
using tests::scripted_server;
using tests::soon;

core::server_response echo(const core::server_request& r) {
  core::server_response out;
  out.content_type = "text/plain";
  out.body = std::string(r.method) + " " + std::string(r.path) + "?" + std::string(r.query) + " " +
             std::string(r.body);
  return out;
}

core::base_url plain_url(core::address to) {
  return {false, std::move(to), ""};
}

core::dial_target plain(core::address to) {
  return {std::move(to), nullptr, ""};
}

core::outgoing_request request(std::string method, std::string target, std::string body) {
  core::outgoing_request out;
  out.method = std::move(method);
  out.target = std::move(target);
  out.body = std::move(body);
  return out;
}

class http : public ::testing::Test {
 public:
  core::base_url serve(core::http_handler handler, core::http_server_limits limits = {}) {
    server = std::make_unique<core::http_server>(loop.worker(), std::move(handler), limits);
    const auto port = server->listen({"127.0.0.1", 0});
    EXPECT_TRUE(port);
    return {false, {"127.0.0.1", *port}, ""};
  }
  /// Sends raw bytes and reads until the server closes, or `stop_after` is seen.
  static core::task<std::string> raw(core::worker& w, core::address to, std::string bytes,
                                     std::string stop_after) {
    auto dialled = co_await core::dial(w, plain(to), soon());
    EXPECT_TRUE(dialled.stream);
    co_await dialled.stream->write(bytes);
    std::string out;
    char piece[1024];
    for (;;) {
      auto got = co_await dialled.stream->read_some(piece);
      if (!got) co_return out;
      out.append(piece, *got);
      if (!stop_after.empty() && out.find(stop_after) != std::string::npos) co_return out;
    }
  }
  tests::loop loop;
  std::unique_ptr<core::http_server> server;
};

TEST_F(http, a_request_is_answered_and_the_connection_reused) {
  const auto base = serve(core::immediate(echo));
  auto body = [](http& t, core::base_url url) -> core::task<> {
    core::http_client client(t.loop.worker(), url);
    for (int i = 0; i < 3; ++i) {
      auto answer = co_await client.get("/a?b=c", soon());
      EXPECT_TRUE(answer);
      EXPECT_EQ(answer->status, 200);
      EXPECT_EQ(answer->body, "GET /a?b=c ");
      EXPECT_EQ(t.server->connections(), 1u);
    }
  };
  loop.run(body(*this, base));
}

TEST_F(http, bodies_by_length_and_in_chunks_reach_the_handler) {
  const auto base = serve(core::immediate(echo));
  auto body = [](http& t, core::base_url url) -> core::task<> {
    const auto big = std::string(300'000, 'x');
    core::http_client client(t.loop.worker(), url);
    auto answer = co_await client.send(request("POST", "/p", big), soon());
    EXPECT_EQ(answer->body, "POST /p? " + big);
    const auto text = co_await raw(
        t.loop.worker(), url.authority,
        "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "");
    EXPECT_NE(text.find("POST /c? hello world"), std::string::npos) << text;
  };
  loop.run(body(*this, base));
}

TEST_F(http, pipelined_requests_are_answered_in_order) {
  const auto base = serve(core::immediate(echo));
  auto body = [](http& t, core::base_url url) -> core::task<> {
    const auto text = co_await raw(
        t.loop.worker(), url.authority,
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "");
    const auto first = text.find("GET /1"), second = text.find("GET /2");
    EXPECT_LT(first, second);
    EXPECT_NE(second, std::string::npos);
  };
  loop.run(body(*this, base));
}

TEST_F(http, what_is_not_acceptable_is_answered_400_and_closed) {
  const auto base = serve(core::immediate(echo));
  auto body = [](http& t, core::base_url url) -> core::task<> {
    static constexpr const char* shapes[] = {
        "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"};
    for (const char* bad : shapes) {
      const auto text = co_await raw(t.loop.worker(), url.authority, bad, "");
      EXPECT_TRUE(text.starts_with("HTTP/1.1 400 ")) << bad << text;
      EXPECT_NE(text.find("Connection: close"), std::string::npos);
      EXPECT_NE(text.find("application/problem+json"), std::string::npos);
    }
  };
  loop.run(body(*this, base));
}

TEST_F(http, limits_have_their_statuses) {
  core::http_server_limits limits;
  limits.body = 10;
  limits.head = 200;
  const auto base = serve(core::immediate(echo), limits);
  auto body = [](http& t, core::base_url url) -> core::task<> {
    core::http_client client(t.loop.worker(), url);
    auto large = co_await client.send(request("POST", "/", "12345678901"), soon());
    EXPECT_EQ(large->status, 413);
    auto with_long_field = request("GET", "/", "");
    with_long_field.headers.emplace_back("X", std::string(300, 'x'));
    auto head = co_await client.send(std::move(with_long_field), soon());
    EXPECT_EQ(head->status, 431);
  };
  loop.run(body(*this, base));
}

TEST_F(http, a_failing_handler_is_a_500_and_the_server_goes_on) {
  const auto base = serve([](const core::server_request& r) -> core::task<core::server_response> {
    if (r.path == "/throw") throw std::runtime_error("boom");
    co_return echo(r);
  });
  auto body = [](http& t, core::base_url url) -> core::task<> {
    core::http_client client(t.loop.worker(), url);
    EXPECT_EQ((co_await client.get("/throw", soon()))->status, 500);
    EXPECT_EQ((co_await client.get("/fine", soon()))->status, 200);
  };
  loop.run(body(*this, base));
}

TEST_F(http, drain_answers_what_is_in_flight_and_then_closes) {
  const auto base = serve(core::immediate(echo));
  auto body = [](http& t, core::base_url url) -> core::task<> {
    core::http_client client(t.loop.worker(), url);
    EXPECT_EQ((co_await client.get("/", soon()))->status, 200);
    EXPECT_EQ(t.server->connections(), 1u);
    co_await t.server->drain(soon());
    EXPECT_EQ(t.server->connections(), 0u);
    auto refused = co_await client.get("/", soon());
    EXPECT_EQ(refused.error(), core::errc::refused);
  };
  loop.run(body(*this, base));
}

TEST_F(http, a_stale_pooled_stream_is_replaced_for_idempotent_requests) {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  scripted_server peer(loop.worker(), {{.answer = ok}});  // says keep-alive, closes all the same
  auto body = [](http& t, core::base_url url) -> core::task<> {
    core::http_client client(t.loop.worker(), url);
    for (int i = 0; i < 3; ++i) {
      auto answer = co_await client.get("/", soon());
      EXPECT_TRUE(answer) << answer.error().message();
    }
  };
  loop.run(body(*this, {false, peer.where(), ""}));
  EXPECT_EQ(peer.connections(), 3);
}

TEST_F(http, errors_have_their_class) {
  scripted_server silent(loop.worker(), {{.never = true}});
  scripted_server closing(loop.worker(), {{.close_at_once = true}});
  scripted_server babbling(loop.worker(), {{.answer = "SSH-2.0-OpenSSH\r\n\r\n"}});
  auto body = [](http& t, core::address a, core::address b, core::address c) -> core::task<> {
    const core::address unknown{"no-such-host.invalid", 80};
    core::http_client to_silent(t.loop.worker(), plain_url(a));
    EXPECT_EQ((co_await to_silent.get("/", soon(100ms))).error(), core::errc::timed_out);
    core::http_client to_closing(t.loop.worker(), plain_url(b));
    const auto closed = (co_await to_closing.get("/", soon())).error();
    EXPECT_TRUE(closed == core::errc::closed || closed == core::errc::reset) << closed.message();
    core::http_client to_babbling(t.loop.worker(), plain_url(c));
    EXPECT_EQ((co_await to_babbling.get("/", soon())).error(), core::errc::malformed);
    core::http_client to_nowhere(t.loop.worker(), plain_url(unknown));
    EXPECT_EQ((co_await to_nowhere.get("/", soon())).error(), core::errc::name_not_found);
  };
  loop.run(body(*this, silent.where(), closing.where(), babbling.where()));
}

TEST_F(http, an_answer_without_length_ends_with_the_connection) {
  scripted_server peer(loop.worker(), {{.answer = "HTTP/1.0 200 OK\r\n\r\nall of it"}});
  auto body = [](http& t, core::base_url url) -> core::task<> {
    core::http_client client(t.loop.worker(), url);
    auto answer = co_await client.get("/", soon());
    EXPECT_EQ(answer->body, "all of it");
    EXPECT_FALSE(answer->reusable);
  };
  loop.run(body(*this, {false, peer.where(), ""}));
}

TEST_F(http, phases_of_an_exchange_are_in_order) {
  const auto base = serve(core::immediate(echo));
  auto body = [](http& t, core::base_url url) -> core::task<> {
    auto dialled = co_await core::dial(t.loop.worker(), plain(url.authority), soon());
    auto get = request("GET", "/", "");
    get.headers.emplace_back("Host", "x");
    auto done = co_await core::exchange(*dialled.stream, get, {}, soon());
    const auto& times = done.answer.times;
    EXPECT_LE(dialled.times.start, dialled.times.resolved);
    EXPECT_LE(dialled.times.resolved, dialled.times.connected);
    EXPECT_LE(dialled.times.connected, times.start);
    EXPECT_LE(times.start, times.sent);
    EXPECT_LE(times.sent, times.first_byte);
    EXPECT_LE(times.first_byte, times.done);
  };
  loop.run(body(*this, base));
}

TEST(url_encoding, decodes_what_it_encodes_and_refuses_half_escapes) {
  std::string out;
  const std::string odd = "a b+c/%\xc3\xa9";
  EXPECT_TRUE(core::url_decode(core::url_encode(odd), true, out));
  EXPECT_EQ(out, odd);
  for (const char* bad : {"%", "%4", "%zz", "a%2"})
    EXPECT_FALSE(core::url_decode(bad, false, out)) << bad;
}

}  // namespace
