// Certificates that are replaced while traffic goes on.
#include "core/tls_context.hpp"
#include "tests/integration/load.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_server.hpp"

namespace {

using tests::soon;

class sidecar_tls : public tests::proxied {
 public:
  static constexpr const char* names = "DNS:scores,IP:127.0.0.1";

  /// A listener with a certificate, and a client that believes in it.
  void serve(const tests::certificate_authority::issued& leaf, const std::string& client_ca) {
    tls = nobody();
    config.inbound.push_back(inbound(app()));
    config.inbound[0].tls = sidecar::server_tls_config{leaf.certificate, leaf.key, client_ca};
  }
  /// A client without a certificate.
  std::shared_ptr<const core::tls_context> nobody() {
    return core::tls_context::client({"", "", ca.root()});
  }
  /// One request over a stream of ours; its status.
  int ask_over(core::byte_stream& stream) {
    core::outgoing_request request;
    request.target = "/things/1";
    request.headers.emplace_back("Host", "scores");
    const auto done = tests::run(loop, core::exchange(stream, request, {}, soon()));
    return done.error ? 0 : done.answer.status;
  }

  tests::certificate_authority ca;
};

TEST_F(sidecar_tls, a_certificate_replaced_under_load_fails_no_request_and_ends_no_connection) {
  serve(ca.issue("scores", names, 1), "");
  config.workers = 2;
  start();
  const auto old = tests::run(loop, connect());
  ASSERT_TRUE(old.stream) << old.error.message();
  EXPECT_EQ(ask_over(*old.stream), 200);
  const auto before = old.stream->peer_certificate_expiry();
  tests::load load(*this);
  load.start(4, tests::load::connections::anew);

  ca.issue("scores", names, 10);
  std::int64_t now_there = before;
  for (const auto until = soon(); now_there == before && !until.passed(core::now());) {
    const auto fresh = tests::run(loop, connect());
    EXPECT_TRUE(fresh.stream) << fresh.error.message();
    if (fresh.stream) now_there = fresh.stream->peer_certificate_expiry();
  }
  EXPECT_GT(now_there, before);
  wait_until([&, wanted = load.answered + 20] { return load.answered > wanted; });
  EXPECT_EQ(ask_over(*old.stream), 200);  // it lives on with its certificate
  EXPECT_EQ(old.stream->peer_certificate_expiry(), before);
  load.end();
  EXPECT_EQ(load.failed, 0);
  EXPECT_GT(load.answered, 20);
  expect_metric(R"(remora_tls_reloads_total{result="ok"} 1)");
  expect_metric(R"(remora_tls_reloads_total{result="failed"} 0)");
}

// The callee trusts another authority from now on: the caller's new certificate is sent by the next
// connection, without a restart of either.
TEST_F(sidecar_tls, the_certificate_shown_to_an_upstream_is_replaced_too) {
  const auto server_leaf = ca.issue("scores", names);
  const auto mine = ca.issue("securities", "URI:spiffe://remora/one");
  const auto accept =
      core::tls_context::server({server_leaf.certificate, server_leaf.key, ca.root()});
  std::string last_peer;
  const tests::raw_server callee(loop.worker(), [&](core::byte_stream& s) -> core::task<> {
    const std::string nobody;
    const auto secured = co_await s.secure(accept, nobody);
    if (!secured) co_return;
    last_peer = s.peer_identity();
    co_await tests::read_until(s, "\r\n\r\n");
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const auto told = co_await s.write(text);
    if (told) s.shutdown_send();
  });
  config.outbound.push_back(outbound("in", callee.where()));
  config.outbound[0].tls =
      sidecar::client_tls_config{ca.root(), mine.certificate, mine.key, "scores"};
  start();
  EXPECT_EQ(ask("/").status, 200);
  EXPECT_EQ(last_peer, "spiffe://remora/one");
  ca.issue("securities", "URI:spiffe://remora/two");
  await_metric(R"(remora_tls_reloads_total{result="ok"} 1)");
  EXPECT_EQ(ask("/").status, 200);
  EXPECT_EQ(last_peer, "spiffe://remora/two");
}

TEST_F(sidecar_tls, a_reload_with_bad_files_is_refused_and_changes_nothing) {
  serve(ca.issue("scores", names), "");
  start();
  auto changed = config;
  changed.inbound[0].tls->certificate = "/no/such.pem";
  EXPECT_THROW(proxy->reload(changed), std::runtime_error);
  EXPECT_EQ(ask("/things/1").status, 200);
  const auto next = ca.issue("next", names, 10);
  changed.inbound[0].tls = sidecar::server_tls_config{next.certificate, next.key, ""};
  proxy->reload(changed);
  EXPECT_EQ(ask("/things/1").status, 200);
}

/// Callers with certificates of their own, and an application that shows what it was told.
class sidecar_identity : public sidecar_tls {
 public:
  void admit(std::vector<std::string> allow, bool enforce) {
    serve(ca.issue("scores", names), ca.root());
    auto& in = config.inbound[0];
    in.tls->client_certificate = sidecar::client_certificate::optional;
    in.tls->enforce = enforce;
    in.routes[0].allow = std::move(allow);
    start();
  }
  std::shared_ptr<const core::tls_context> known_as(const std::string& alternative_names) {
    const auto mine = ca.issue("caller", alternative_names);
    return core::tls_context::client({mine.certificate, mine.key, ca.root()});
  }
  core::http_answer ask_as(std::shared_ptr<const core::tls_context> who, std::string target) {
    tls = std::move(who);
    return ask(std::move(target),
               {{"remora-peer", "forged"}, {"X-Forwarded-Client-Cert", "forged"}});
  }
};

TEST_F(sidecar_identity, an_enforced_list_admits_by_any_name_and_refuses_all_others) {
  admit({"spiffe://remora/web/*", "batch"}, true);
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
  expect_metric(R"(remora_identity_refused_total{listener="in",mode="enforce"} 2)");
}

TEST_F(sidecar_identity, a_list_that_is_not_enforced_only_counts) {
  admit({"batch"}, false);
  const auto stranger = ask_as(nobody(), "/things/1");
  EXPECT_EQ(stranger.status, 200);
  EXPECT_EQ(stranger.body.find("forged"), std::string::npos) << stranger.body;
  EXPECT_EQ(stranger.body.find("remora-peer"), std::string::npos) << stranger.body;
  expect_metric(R"(remora_identity_refused_total{listener="in",mode="observe"} 1)");
}

TEST_F(sidecar_identity, nobody_says_who_they_are_without_tls_either) {
  config.inbound.push_back(inbound(app()));
  start();
  const auto answer = ask_as(nullptr, "/things/1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find("forged"), std::string::npos) << answer.body;
}

}  // namespace
