// TLS on both ends of a byte_stream: verification, mutual identity, and what is refused.
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>

#include "core/dialer.hpp"
#include "core/stream_pool.hpp"
#include "core/tls_context.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = core::asio;
using tests::soon;

class tls : public ::testing::Test {
 public:
  struct seen {
    core::error_code error;
    std::string peer;
  };
  /// Accepts one connection, secures it, echoes once.
  static core::task<> serve_one(core::worker& w, core::tcp_acceptor& acceptor,
                                std::shared_ptr<const core::tls_context> context, seen& out) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(core::use_task));
    core::byte_stream stream(w, std::move(socket));
    stream.expires(soon());
    auto secured = co_await stream.secure(context, "");
    out.error = secured ? core::error_code() : secured.error();
    out.peer = stream.peer_identity();
    char piece[65536];
    while (secured) {
      auto got = co_await stream.read_some(piece);
      if (!got || !co_await stream.write(std::string_view(piece, *got))) co_return;
    }
  }
  core::address listen() { return {"127.0.0.1", acceptor.local_endpoint().port()}; }
  core::dial_target target(std::shared_ptr<const core::tls_context> context) {
    return {listen(), std::move(context), "scores"};
  }
  tests::loop loop;
  tests::certificate_authority ca;
  core::tcp_acceptor acceptor{loop.worker().io.get_executor(),
                              asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  seen server;
};

TEST_F(tls, bytes_pass_both_ways_and_peers_know_each_other) {
  const auto for_server = ca.issue("scores", "DNS:scores,URI:spiffe://remora/scores");
  const auto for_client = ca.issue("securities", "URI:spiffe://remora/securities,DNS:securities");
  const auto accept =
      core::tls_context::server({for_server.certificate, for_server.key, ca.root()});
  const auto connect =
      core::tls_context::client({for_client.certificate, for_client.key, ca.root()});
  EXPECT_TRUE(accept->demands_client_certificate());
  loop.worker().start("server", serve_one(loop.worker(), acceptor, accept, server));
  auto body = [](tls& t, std::shared_ptr<const core::tls_context> context) -> core::task<> {
    auto dialled = co_await core::dial(t.loop.worker(), t.target(context), soon());
    EXPECT_TRUE(dialled.stream) << dialled.error.message();
    EXPECT_TRUE(dialled.stream->is_secure());
    EXPECT_EQ(dialled.stream->peer_identity(), "spiffe://remora/scores");
    EXPECT_GT(dialled.stream->peer_certificate_expiry(), 0);
    const std::string big(200'000, 'y');
    const std::array<asio::const_buffer, 2> parts{asio::buffer("head", 4), asio::buffer(big)};
    EXPECT_TRUE(co_await dialled.stream->write(parts));
    std::string back;
    char piece[65536];
    while (back.size() < big.size() + 4) {
      auto got = co_await dialled.stream->read_some(piece);
      EXPECT_TRUE(got);
      if (!got) break;
      back.append(piece, *got);
    }
    EXPECT_EQ(back, "head" + big);
    EXPECT_FALSE(dialled.stream->stale());  // session tickets are not something unasked
  };
  loop.run(body(*this, connect));
  EXPECT_EQ(server.peer, "spiffe://remora/securities");
}

TEST_F(tls, a_server_of_another_name_is_refused) {
  const auto other = ca.issue("other", "DNS:other");
  const auto accept = core::tls_context::server({other.certificate, other.key, ""});
  const auto connect = core::tls_context::client({"", "", ca.root()});
  loop.worker().start("server", serve_one(loop.worker(), acceptor, accept, server));
  auto body = [](tls& t, std::shared_ptr<const core::tls_context> context) -> core::task<> {
    auto dialled = co_await core::dial(t.loop.worker(), t.target(context), soon());
    EXPECT_FALSE(dialled.stream);
    EXPECT_EQ(dialled.error, core::errc::tls_certificate);
    EXPECT_GT(dialled.times.connected, dialled.times.start);
    EXPECT_EQ(dialled.times.secured, core::instant{});
  };
  loop.run(body(*this, connect));
}

TEST_F(tls, a_server_of_another_authority_is_refused) {
  tests::certificate_authority stranger;
  const auto theirs = stranger.issue("scores", "DNS:scores");
  const auto accept = core::tls_context::server({theirs.certificate, theirs.key, ""});
  const auto connect = core::tls_context::client({"", "", ca.root()});
  loop.worker().start("server", serve_one(loop.worker(), acceptor, accept, server));
  auto body = [](tls& t, std::shared_ptr<const core::tls_context> context) -> core::task<> {
    auto dialled = co_await core::dial(t.loop.worker(), t.target(context), soon());
    EXPECT_EQ(dialled.error, core::errc::tls_certificate);
  };
  loop.run(body(*this, connect));
}

TEST_F(tls, a_client_without_certificate_is_refused_where_tls_is_mutual) {
  const auto for_server = ca.issue("scores", "DNS:scores");
  const auto accept =
      core::tls_context::server({for_server.certificate, for_server.key, ca.root()});
  const auto connect = core::tls_context::client({"", "", ca.root()});
  loop.worker().start("server", serve_one(loop.worker(), acceptor, accept, server));
  auto body = [](tls& t, std::shared_ptr<const core::tls_context> context) -> core::task<> {
    // TLS 1.3: the client learns of it with its first read.
    auto dialled = co_await core::dial(t.loop.worker(), t.target(context), soon());
    if (!dialled.stream) co_return;
    char piece[16];
    EXPECT_FALSE(co_await dialled.stream->read_some(piece));
  };
  loop.run(body(*this, connect));
  EXPECT_TRUE(server.error);
  EXPECT_EQ(server.peer, "");
}

TEST_F(tls, a_peer_that_speaks_no_tls_fails_the_handshake) {
  const auto connect = core::tls_context::client({"", "", ca.root()});
  auto body = [](tls& t, std::shared_ptr<const core::tls_context> context) -> core::task<> {
    auto plain = [](core::tcp_acceptor& a) -> core::task<> {
      auto [error, socket] = co_await a.async_accept(asio::as_tuple(core::use_task));
      const std::string_view text = "HTTP/1.1 400 Bad Request\r\n\r\n";
      co_await socket.async_write_some(asio::buffer(text), asio::as_tuple(core::use_task));
    };
    t.loop.worker().start("plain", plain(t.acceptor));
    auto dialled = co_await core::dial(t.loop.worker(), t.target(context), soon());
    EXPECT_EQ(dialled.error, core::errc::tls_handshake);
  };
  loop.run(body(*this, connect));
}

TEST(tls_context, names_the_file_it_cannot_use) {
  try {
    core::tls_context::server({"/no/such.pem", "/no/such.key", ""});
    FAIL() << "a missing certificate was accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("/no/such.pem"), std::string::npos) << e.what();
  }
}

}  // namespace
