// Certificates that are replaced while traffic goes on.
#include <boost/asio/as_tuple.hpp>

#include "core/dialer.hpp"
#include "core/tls_context.hpp"
#include "tests/integration/sidecar_fixture.hpp"
#include "tests/support/certificates.hpp"

namespace {

using namespace std::chrono_literals;

/// A TLS server that answers each connection once, and knows who asked last.
class scripted_peer {
 public:
  scripted_peer(core::worker& w, std::shared_ptr<const core::tls_context> tls)
      : worker_(w),
        tls_(std::move(tls)),
        acceptor_(w.io.get_executor(),
                  core::asio::ip::tcp::endpoint(core::asio::ip::address_v4::loopback(), 0)) {
    worker_.start("accept", accept());
  }
  core::address where() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }
  std::string last_peer;

 private:
  core::task<> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(core::asio::as_tuple(core::use_task));
      if (error) co_return;
      worker_.start("answer", answer(std::move(socket)));
    }
  }
  core::task<> answer(core::tcp_socket socket) {
    core::byte_stream stream(worker_, std::move(socket));
    const std::string nobody;
    const auto secured = co_await stream.secure(tls_, nobody);
    if (!secured) co_return;
    last_peer = stream.peer_identity();
    char head[4096];
    const auto got = co_await stream.read_some(head);
    if (!got) co_return;
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const auto told = co_await stream.write(text);
    if (told) stream.shutdown_send();
  }

  core::worker& worker_;
  std::shared_ptr<const core::tls_context> tls_;
  core::tcp_acceptor acceptor_;
};

class sidecar_tls : public tests::sidecar_fixture {
 public:
  static constexpr const char* names = "DNS:scores,IP:127.0.0.1";

  /// Asks over one new connection after the other until it is told to stop.
  static core::task<> keep_asking(sidecar_tls& t) {
    ++t.askers;
    while (!t.enough) {
      core::outgoing_request request;
      request.target = "/things/1";
      const auto answer = co_await t.ask_once(std::move(request), t.client);
      ++(answer && answer->status == 200 ? t.answered : t.failed);
    }
    --t.askers;
  }
  core::task<core::dialled> connect() {
    core::dial_target target;
    target.where = at();
    target.tls = client;
    co_return co_await core::dial(loop.worker(), target, soon());
  }
  /// One request over a stream of ours; its status.
  static core::task<int> ask_over(core::byte_stream& stream) {
    core::outgoing_request request;
    request.target = "/things/1";
    request.headers.emplace_back("Host", "scores");
    const auto done = co_await core::exchange(stream, request, {}, soon());
    co_return done.error ? 0 : done.answer.status;
  }

  tests::certificate_authority ca;
  std::shared_ptr<const core::tls_context> client;
  bool enough = false;
  int askers = 0, answered = 0, failed = 0;
};

TEST_F(sidecar_tls, a_certificate_replaced_under_load_fails_no_request_and_ends_no_connection) {
  const auto leaf = ca.issue("scores", names, 1);
  client = core::tls_context::client({"", "", ca.root()});
  config.inbound.push_back(inbound(app()));
  config.inbound[0].tls = sidecar::server_tls_config{leaf.certificate, leaf.key, ""};
  config.workers = 2;
  start();
  auto body = [](sidecar_tls& t) -> core::task<> {
    auto old = co_await t.connect();
    EXPECT_TRUE(old.stream) << old.error.message();
    if (!old.stream) co_return;
    EXPECT_EQ(co_await ask_over(*old.stream), 200);
    for (int i = 0; i < 4; ++i) t.loop.worker().start("load", keep_asking(t));
    const auto before = old.stream->peer_certificate_expiry();

    t.ca.issue("scores", names, 10);
    std::int64_t now_there = before;
    const auto until = soon();
    while (now_there == before && !until.passed(core::now())) {
      auto fresh = co_await t.connect();
      if (fresh.stream) now_there = fresh.stream->peer_certificate_expiry();
      if (!fresh.stream) ++t.failed;
    }
    EXPECT_GT(now_there, before);
    const int then = t.answered;
    const auto more = [&t, then] { return t.answered > then + 20; };
    EXPECT_TRUE(co_await tests::holds(t.loop.worker(), more));
    EXPECT_EQ(co_await ask_over(*old.stream), 200);  // it lives on with its certificate
    EXPECT_EQ(old.stream->peer_certificate_expiry(), before);
    t.enough = true;
    const auto all_ended = [&t] { return t.askers == 0; };
    EXPECT_TRUE(co_await tests::holds(t.loop.worker(), all_ended));
  };
  loop.run(body(*this));
  EXPECT_EQ(failed, 0);
  EXPECT_GT(answered, 20);
  EXPECT_TRUE(exposes(R"(remora_tls_reloads_total{result="ok"} 1)"));
  EXPECT_TRUE(exposes(R"(remora_tls_reloads_total{result="failed"} 0)"));
}

// The callee trusts another authority from now on: the caller's new certificate is sent by the next
// connection, without a restart of either.
TEST_F(sidecar_tls, the_certificate_shown_to_an_upstream_is_replaced_too) {
  const auto server_leaf = ca.issue("scores", names);
  const auto mine = ca.issue("securities", "URI:spiffe://remora/one");
  const auto accept =
      core::tls_context::server({server_leaf.certificate, server_leaf.key, ca.root()});
  scripted_peer seen(loop.worker(), accept);
  sidecar::outbound_config out;
  out.name = "in";
  out.listen = {"127.0.0.1", 0};
  out.upstream = seen.where();
  out.tls = sidecar::client_tls_config{ca.root(), mine.certificate, mine.key, "scores"};
  config.outbound.push_back(out);
  start();
  core::outgoing_request request;
  EXPECT_EQ(ask(request).status, 200);
  EXPECT_EQ(seen.last_peer, "spiffe://remora/one");
  ca.issue("securities", "URI:spiffe://remora/two");
  EXPECT_TRUE(comes_true([&] { return exposes(R"(remora_tls_reloads_total{result="ok"} 1)"); }));
  EXPECT_EQ(ask(request).status, 200);
  EXPECT_EQ(seen.last_peer, "spiffe://remora/two");
}

TEST_F(sidecar_tls, a_reload_with_bad_files_is_refused_and_changes_nothing) {
  const auto leaf = ca.issue("scores", names);
  client = core::tls_context::client({"", "", ca.root()});
  config.inbound.push_back(inbound(app()));
  config.inbound[0].tls = sidecar::server_tls_config{leaf.certificate, leaf.key, ""};
  start();
  auto changed = config;
  changed.inbound[0].tls->certificate = "/no/such.pem";
  EXPECT_THROW(proxy->reload(changed), std::runtime_error);
  core::outgoing_request request;
  request.target = "/things/1";
  EXPECT_EQ(ask(request, client).status, 200);
  const auto next = ca.issue("next", names, 10);
  changed.inbound[0].tls = sidecar::server_tls_config{next.certificate, next.key, ""};
  proxy->reload(changed);
  EXPECT_EQ(ask(request, client).status, 200);
}

/// Callers with certificates of their own, and an application that shows what it was told.
class sidecar_identity : public sidecar_tls {
 public:
  void serve(std::vector<std::string> allow, bool enforce) {
    const auto leaf = ca.issue("scores", names);
    config.inbound.push_back(inbound(app()));
    auto& in = config.inbound[0];
    in.tls = sidecar::server_tls_config{leaf.certificate, leaf.key, ca.root()};
    in.tls->client_certificate = sidecar::client_certificate::optional;
    in.tls->enforce = enforce;
    in.routes[0].allow = std::move(allow);
    start();
  }
  std::shared_ptr<const core::tls_context> known_as(const std::string& alternative_names) {
    const auto mine = ca.issue("caller", alternative_names);
    return core::tls_context::client({mine.certificate, mine.key, ca.root()});
  }
  std::shared_ptr<const core::tls_context> nobody() {
    return core::tls_context::client({"", "", ca.root()});
  }
  core::http_answer ask_as(std::shared_ptr<const core::tls_context> who, std::string target) {
    core::outgoing_request request;
    request.target = std::move(target);
    request.headers.emplace_back("remora-peer", "forged");
    request.headers.emplace_back("X-Forwarded-Client-Cert", "forged");
    return ask(std::move(request), std::move(who));
  }
};

TEST_F(sidecar_identity, an_enforced_list_admits_by_any_name_and_refuses_all_others) {
  serve({"spiffe://remora/web/*", "batch"}, true);
  const auto web = ask_as(known_as("DNS:x,URI:spiffe://remora/web/1"), "/things/1");
  EXPECT_EQ(web.status, 200);
  EXPECT_NE(web.body.find("remora-peer: spiffe://remora/web/1\n"), std::string::npos) << web.body;
  EXPECT_EQ(ask_as(known_as("URI:spiffe://remora/other,DNS:batch"), "/things/1").status, 200);
  const auto other = ask_as(known_as("URI:spiffe://remora/other"), "/things/1");
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(other.header("content-type"), "application/problem+json");
  EXPECT_NE(other.body.find("not this route"), std::string::npos) << other.body;
  const auto stranger = ask_as(nobody(), "/things/1");
  EXPECT_EQ(stranger.status, 403);
  EXPECT_NE(stranger.body.find("no certificate"), std::string::npos) << stranger.body;
  EXPECT_EQ(ask_as(nobody(), "/elsewhere").status, 200);
  EXPECT_TRUE(exposes(R"(remora_identity_refused_total{listener="in",mode="enforce"} 2)"));
}

TEST_F(sidecar_identity, a_list_that_is_not_enforced_only_counts) {
  serve({"batch"}, false);
  const auto stranger = ask_as(nobody(), "/things/1");
  EXPECT_EQ(stranger.status, 200);
  EXPECT_EQ(stranger.body.find("forged"), std::string::npos) << stranger.body;
  EXPECT_EQ(stranger.body.find("remora-peer"), std::string::npos) << stranger.body;
  EXPECT_TRUE(exposes(R"(remora_identity_refused_total{listener="in",mode="observe"} 1)"));
}

TEST_F(sidecar_identity, nobody_says_who_they_are_without_tls_either) {
  config.inbound.push_back(inbound(app()));
  start();
  const auto answer = ask_as(nullptr, "/things/1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find("forged"), std::string::npos) << answer.body;
}

}  // namespace
