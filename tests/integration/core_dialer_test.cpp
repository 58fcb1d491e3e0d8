// What a prober asks of a connection: families, sources, fixed addresses, and the facts of TLS.
#include "core/dialer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <ctime>

#include "core/file_io.hpp"
#include "core/resolver.hpp"
#include "core/tls_context.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/raw_server.hpp"

namespace {

namespace asio = core::asio;
using core::ip_family;
using tests::soon;

class dialer : public ::testing::Test {
 public:
  core::dialled dial(core::dial_target target) {
    return tests::run(loop, core::dial(loop.worker(), std::move(target), soon()));
  }
  core::resolved_name resolve(std::string host, ip_family family, core::resolver* names = nullptr) {
    return tests::run(loop, core::resolve(loop.worker(), std::move(host), family, soon(), names));
  }
  static core::task<> hold(core::byte_stream& s) { co_await tests::read_all(s); }

  tests::loop loop;
  core::worker& worker = loop.worker();
};

TEST_F(dialer, a_fixed_address_is_dialled_without_resolving_the_name) {
  tests::raw_server server(worker, hold);
  core::dial_target target{{"no.such.name.invalid", server.where().port}, nullptr, {}};
  target.fixed = asio::ip::make_address("127.0.0.1");
  const auto out = dial(target);
  ASSERT_TRUE(out.stream) << out.error.message();
  EXPECT_EQ(out.peer, server.where().to_string());
}

TEST_F(dialer, a_source_address_is_where_the_connection_comes_from) {
  std::string seen;
  tests::raw_server server(worker, [&seen](core::byte_stream& s) -> core::task<> {
    seen = s.remote().address().to_string();
    co_return;
  });
  core::dial_target target{server.where(), nullptr, {}};
  target.source = asio::ip::make_address("127.0.0.2");
  EXPECT_TRUE(dial(target).stream);
  loop.run([](core::worker& w, const std::string& s) -> core::task<> {
    const bool came = co_await tests::holds(w, [&s] { return !s.empty(); });
    EXPECT_TRUE(came);
  }(worker, seen));
  EXPECT_EQ(seen, "127.0.0.2");

  target.source = asio::ip::make_address("192.0.2.1");  // not ours
  EXPECT_EQ(dial(target).error, core::errc::unreachable);
  target.source = asio::ip::make_address("::1");  // of another family than the target
  EXPECT_FALSE(dial(target).stream);
}

TEST_F(dialer, a_family_that_a_numeric_host_is_not_of_has_no_address) {
  tests::raw_server server(worker, hold);
  core::dial_target target{server.where(), nullptr, {}, ip_family::only_6};
  EXPECT_EQ(dial(target).error, core::errc::name_not_found);
  EXPECT_EQ(resolve("::1", ip_family::only_6).addresses.size(), 1u);
}

TEST_F(dialer, ipv6_peers_are_written_in_brackets) {
  core::tcp_acceptor acceptor(worker.io.get_executor(),
                              asio::ip::tcp::endpoint(asio::ip::address_v6::loopback(), 0));
  const auto port = acceptor.local_endpoint().port();
  const auto out = dial({{"::1", port}, nullptr, {}});
  ASSERT_TRUE(out.stream) << out.error.message();
  EXPECT_EQ(out.peer, "[::1]:" + std::to_string(port));
}

TEST_F(dialer, a_resolver_gives_all_addresses_of_a_name_and_asks_only_for_the_family) {
  tests::dns_server dns(worker);
  dns.set_a("many.test", {"127.0.0.1", "127.0.0.2", "127.0.0.3"}, 60);
  core::resolver names(worker, {{dns.where()}});
  EXPECT_EQ(resolve("many.test", ip_family::any, &names).addresses.size(), 3u);
  dns.asked_over_udp = 0;
  EXPECT_EQ(resolve("many.test", ip_family::only_4, &names).addresses.size(), 3u);
  EXPECT_EQ(dns.asked_over_udp, 1);
  EXPECT_EQ(resolve("many.test", ip_family::only_6, &names).error, core::errc::name_not_found);
  EXPECT_EQ(resolve("none.test", ip_family::any, &names).error, core::errc::name_not_found);
}

TEST_F(dialer, a_silent_name_server_costs_no_more_than_the_deadline) {
  tests::dns_server dns(worker);
  dns.silent = true;
  core::resolver names(worker, {{dns.where()}, std::chrono::seconds(20), 3});
  const auto until = core::deadline::in(std::chrono::milliseconds(50), core::now());
  const auto out =
      tests::run(loop, core::resolve(worker, "any.test", ip_family::any, until, &names));
  EXPECT_EQ(out.error, core::errc::timed_out);
}

/// Servers and clients of TLS, and what the client gets to know.
class tls_connection : public dialer {
 public:
  core::dialled connect(const core::tls_client_options& with, const std::string& name,
                        std::shared_ptr<const core::tls_context> server) {
    tests::raw_server listener(worker, [server](core::byte_stream& s) -> core::task<> {
      s.expires(soon());
      const auto secured = co_await s.secure(server, "");
      if (secured) co_await tests::read_all(s);
    });
    core::dial_target target{listener.where(), core::tls_context::client_with(with), name};
    target.explain = true;
    return dial(target);
  }
  static std::shared_ptr<const core::tls_context> serving(
      const tests::certificate_authority::issued& leaf, const std::string& client_ca = "") {
    return core::tls_context::server({leaf.certificate, leaf.key, client_ca});
  }
  core::tls_client_options trusting() {
    core::tls_client_options out;
    out.files.ca = ca.root();
    return out;
  }
  tests::certificate_authority ca;
};

TEST_F(tls_connection, its_facts_are_version_cipher_and_both_chains) {
  const auto leaf = ca.issue("shop", "DNS:shop.test,IP:127.0.0.1,URI:spiffe://a/b", 10);
  const auto out = connect(trusting(), "shop.test", serving(leaf));
  ASSERT_TRUE(out.stream) << out.error.message();
  EXPECT_FALSE(out.tls);
  const auto facts = core::read_tls_facts(*out.stream);
  EXPECT_EQ(facts.version, "TLS 1.3");
  EXPECT_EQ(facts.cipher.substr(0, 4), "TLS_");
  EXPECT_EQ(facts.alpn, "http/1.1");
  EXPECT_TRUE(facts.verified);
  ASSERT_EQ(facts.presented.size(), 1u);
  ASSERT_EQ(facts.chain.size(), 2u);
  const auto& seen = *facts.leaf();
  EXPECT_EQ(seen.subject, "CN=shop");
  EXPECT_EQ(seen.issuer, "CN=test authority");
  EXPECT_EQ(seen.names,
            (std::vector<std::string>{"DNS:shop.test", "IP:127.0.0.1", "URI:spiffe://a/b"}));
  EXPECT_EQ(seen.dns_names(), std::vector<std::string_view>{"shop.test"});
  EXPECT_EQ(seen.fingerprint.size(), 64u);
  EXPECT_FALSE(seen.serial.empty());
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  EXPECT_NEAR(static_cast<double>(seen.not_after - now), 10 * 86400 - 60, 600);
  EXPECT_NEAR(static_cast<double>(now - seen.not_before), 3600, 600);
  // The root is good for two days only: it decides the chain, and was not presented.
  EXPECT_EQ(facts.earliest_expiry(), seen.not_after);
  EXPECT_EQ(facts.last_chain_expiry(), facts.chain[1].not_after);
  EXPECT_LT(facts.last_chain_expiry(), facts.earliest_expiry());
}

TEST_F(tls_connection, a_failed_handshake_says_why_and_shows_what_was_presented) {
  struct row {
    const char* what;
    std::string alternative_names;
    int days;
    std::string words;
  };
  for (const row& r : {row{"expired", "DNS:shop.test", -1, "expired"},
                       row{"wrong", "DNS:other.test", 1, "ostname mismatch"}}) {
    const auto leaf = ca.issue(r.what, r.alternative_names, r.days);
    const auto out = connect(trusting(), "shop.test", serving(leaf));
    EXPECT_EQ(out.error, core::errc::tls_certificate) << r.what;
    ASSERT_TRUE(out.tls) << r.what;
    EXPECT_NE(out.tls->error.find(r.words), std::string::npos) << out.tls->error;
    EXPECT_FALSE(out.tls->verified);
    EXPECT_EQ(out.tls->last_chain_expiry(), 0);
    ASSERT_EQ(out.tls->presented.size(), 1u) << r.what;
    EXPECT_EQ(out.tls->leaf()->subject, std::string("CN=") + r.what);
  }
  tests::certificate_authority stranger;
  const auto out = connect(trusting(), "shop.test", serving(stranger.issue("s", "DNS:shop.test")));
  EXPECT_EQ(out.error, core::errc::tls_certificate);
  EXPECT_NE(out.tls->error, "");
}

TEST_F(tls_connection, without_verification_everything_is_seen_and_nothing_verified) {
  core::tls_client_options careless;
  careless.files.verify = false;
  const auto out = connect(careless, "shop.test", serving(ca.issue("x", "DNS:other.test", -1)));
  ASSERT_TRUE(out.stream) << out.error.message();
  const auto facts = core::read_tls_facts(*out.stream);
  EXPECT_FALSE(facts.verified);
  EXPECT_TRUE(facts.chain.empty());
  EXPECT_EQ(facts.leaf()->subject, "CN=x");
  EXPECT_LT(facts.earliest_expiry(), static_cast<std::int64_t>(std::time(nullptr)));
}

TEST_F(tls_connection, texts_come_instead_of_files) {
  const auto mine = ca.issue("client", "DNS:client.test");
  core::tls_client_options texts;
  texts.certificate_text = *core::contents(mine.certificate);
  texts.key_text = *core::contents(mine.key);
  texts.ca_text = *core::contents(ca.root());
  texts.alpn.clear();
  const auto out = connect(texts, "shop.test", serving(ca.issue("s", "DNS:shop.test"), ca.root()));
  ASSERT_TRUE(out.stream) << out.error.message();
  EXPECT_EQ(core::read_tls_facts(*out.stream).alpn, "");

  texts.key_text = *core::contents(ca.issue("other", "DNS:o").key);
  EXPECT_THROW(core::tls_context::client_with(texts), std::runtime_error);
  texts.certificate_text = "no PEM";
  EXPECT_THROW(core::tls_context::client_with(texts), std::runtime_error);
}

TEST_F(tls_connection, roots_are_shared_between_contexts) {
  auto shared = trusting();
  shared.roots_of = core::tls_context::client_with(shared);
  shared.files.ca.clear();
  const auto leaf = ca.issue("s", "DNS:shop.test");
  EXPECT_TRUE(connect(shared, "shop.test", serving(leaf)).stream);
  EXPECT_FALSE(connect(shared, "other.test", serving(leaf)).stream);
}

TEST_F(tls_connection, versions_are_bounded_on_both_sides) {
  auto old = trusting();
  old.highest = core::tls_version::tls_1_2;
  const auto leaf = ca.issue("s", "DNS:shop.test");
  const auto out = connect(old, "shop.test", serving(leaf));
  ASSERT_TRUE(out.stream) << out.error.message();
  EXPECT_EQ(core::read_tls_facts(*out.stream).version, "TLS 1.2");

  old.lowest = core::tls_version::tls_1_0;
  old.highest = core::tls_version::tls_1_1;
  const auto refused = connect(old, "shop.test", serving(leaf));
  EXPECT_EQ(refused.error, core::errc::tls_handshake);
  ASSERT_TRUE(refused.tls);
  EXPECT_NE(refused.tls->error.find("protocol version"), std::string::npos) << refused.tls->error;
}

}  // namespace
