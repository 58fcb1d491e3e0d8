// The check of kind http: redirects, addresses, compression, limits, certificates.
#include "core/resolver.hpp"
#include "tests/integration/probe_steps.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using tests::scripted_server;
using act = scripted_server::act;

std::string answer(const std::string& status, const std::string& headers = "",
                   const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string redirect(const std::string& to, const std::string& status = "302 Found") {
  return answer(status, "Location: " + to + "\r\n");
}
std::string url_of(const core::address& where, const std::string& path = "/") {
  return "http://" + where.to_string() + path;
}

class http_check : public tests::probe_steps {
 public:
  probe::run_result get(const std::string& keys, const std::string& expect = "{}") {
    return run("  - {name: a, http: {url: \"${target.base}/start\"" + keys +
               "}, expect: " + expect + "}\n");
  }
  void serve(std::vector<act> script) {
    server = std::make_unique<scripted_server>(worker(), std::move(script));
    target("base", server->where());
  }
  std::unique_ptr<scripted_server> server;
};

TEST_F(http_check, a_redirect_is_an_answer_unless_it_is_to_be_followed) {
  const std::vector<act> script{{.answer = redirect("/there")},
                                {.answer = answer("200 OK", "", "arrived")}};
  serve(script);
  EXPECT_EQ(verdict(get("", "{status: 302}")), "passed");
  serve(script);
  const auto followed = get(", redirects: 1", "{contains: arrived}");
  EXPECT_EQ(verdict(followed), "passed");
  EXPECT_NE(server->received().find("GET /there HTTP/1.1"), std::string::npos);
}

TEST_F(http_check, redirects_are_counted_and_their_phases_are_sums) {
  serve({{.answer = redirect("/1")}, {.answer = redirect("/2")}, {.answer = answer("200 OK")}});
  const auto r = get(", redirects: 5");
  EXPECT_EQ(verdict(r), "passed");
  EXPECT_EQ(seen(r).redirects, 2);
  EXPECT_EQ(seen(r).url, url_of(server->where(), "/2"));
  core::duration sum{};
  for (std::size_t p = 0; p < probe::phase_count; ++p)
    sum += seen(r).phases[static_cast<probe::phase>(p)].value_or(core::duration{});
  EXPECT_LE(sum, seen(r).answer.took);
}

TEST_F(http_check, more_redirects_than_allowed_and_circles_fail) {
  serve({{.answer = redirect("/1")}, {.answer = redirect("/2")}, {.answer = redirect("/3")}});
  auto r = get(", redirects: 2");
  EXPECT_EQ(verdict(r), "a: unknown redirects");
  EXPECT_EQ(detail(r), "more than 2 redirects; the next is to \"/3\"");
  serve({{.answer = redirect("/start")}});
  r = get(", redirects: 5");
  EXPECT_EQ(verdict(r), "a: unknown redirects");
  EXPECT_EQ(detail(r), "redirected in a circle, back to " + url_of(server->where(), "/start"));
  serve({{.answer = redirect("ftp://x/")}});
  EXPECT_EQ(verdict(get(", redirects: 5")), "a: unknown redirects");
}

TEST_F(http_check, credentials_stay_at_their_origin) {
  scripted_server other(worker(), {{.answer = answer("200 OK")}});
  serve({{.answer = redirect(url_of(other.where()))}});
  setup.signing = core::signing_key{"k1", core::secret(std::string(32, 'x'))};
  const auto r =
      get(", redirects: 1, headers: {authorization: Bearer t, x-key: k, accept: text/html}");
  EXPECT_EQ(verdict(r), "passed");
  for (const char* name : {"authorization", "x-key", "accept", "remora-probe", "traceparent"})
    EXPECT_NE(server->received().find(std::string("\r\n") + name + ": "), std::string::npos)
        << name;
  EXPECT_EQ(other.received().find("Bearer"), std::string::npos);
  EXPECT_EQ(other.received().find("x-key"), std::string::npos);
  EXPECT_EQ(other.received().find("remora-probe: "), std::string::npos);
  EXPECT_NE(other.received().find("accept: text/html"), std::string::npos);
  EXPECT_NE(other.received().find("Host: " + other.where().to_string()), std::string::npos);
}

TEST_F(http_check, every_request_at_home_has_a_signature_of_its_own) {
  serve({{.answer = redirect("/there")}, {.answer = answer("200 OK")}});
  setup.signing = core::signing_key{"k1", core::secret(std::string(32, 'x'))};
  EXPECT_EQ(verdict(get(", redirects: 1")), "passed");
  const auto& text = server->received();
  const auto first = text.find("remora-probe: "), second = text.find("remora-probe: ", first + 1);
  ASSERT_NE(second, std::string::npos);
  EXPECT_NE(text.substr(first, text.find('\r', first) - first),
            text.substr(second, text.find('\r', second) - second));
  EXPECT_EQ(text.find("remora-probe: ", second + 1), std::string::npos);
}

TEST_F(http_check, a_post_becomes_a_get_or_stays_by_the_status) {
  for (const auto& [status, method] : {std::pair{"303 See Other", "GET"},
                                       {"302 Found", "GET"},
                                       {"307 Temporary Redirect", "POST"}}) {
    serve({{.answer = redirect("/there", status)}, {.answer = answer("200 OK")}});
    const auto r = get(", method: POST, body: hello, redirects: 1");
    EXPECT_EQ(verdict(r), "passed");
    EXPECT_NE(server->received().find(std::string(method) + " /there"), std::string::npos)
        << status;
  }
}

TEST_F(http_check, a_body_stays_at_its_origin) {
  scripted_server other(worker(), {{.answer = answer("200 OK")}});
  serve({{.answer = redirect(url_of(other.where()), "307 Temporary Redirect")}});
  const auto r = get(", method: POST, body: hello, redirects: 1");
  EXPECT_EQ(verdict(r), "a: unknown redirects");
  EXPECT_NE(detail(r).find("with its body to another origin"), std::string::npos) << detail(r);
  EXPECT_EQ(other.received(), "");
  EXPECT_EQ(verdict(get(", method: POST, body: hello, redirects: 1, redirect_body: anywhere")),
            "passed");
  EXPECT_NE(other.received().find("hello"), std::string::npos);
}

TEST_F(http_check, compressed_bodies_are_read_and_both_sizes_known) {
  const std::string text(5000, 'x');
  const auto packed = tests::gzip(text);
  serve({{.answer = answer("200 OK", "Content-Encoding: gzip\r\n", packed)}});
  const auto r = get("", "{matches: \"^x+$\", size: {min: 5000, max: 5000}, raw_size: {max: 100}}");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  EXPECT_NE(server->received().find("Accept-Encoding: gzip"), std::string::npos);
  EXPECT_EQ(verdict(get(", gzip: false")), "passed");
  EXPECT_EQ(server->received().find("Accept-Encoding", server->received().rfind("GET ")),
            std::string::npos);
}

TEST_F(http_check, a_body_is_bounded_as_sent_and_decoded) {
  serve({{.answer = answer("200 OK", "Content-Encoding: gzip\r\n",
                           tests::gzip(std::string(5000, 'x')))}});
  auto r = get(", max_body: 4999");
  EXPECT_EQ(verdict(r), "a: unknown too_large");
  EXPECT_EQ(detail(r), "receive: too_large (more than 4999 after decompression)");
  EXPECT_EQ(verdict(get(", max_body: 5000")), "passed");
  serve({{.answer = answer("200 OK", "", std::string(5000, 'x'))}});
  r = get(", max_body: 4999");
  EXPECT_EQ(verdict(r), "a: unknown too_large");
  EXPECT_EQ(r.failure()->status, 200);
  serve({{.answer = answer("200 OK", "Content-Encoding: gzip\r\n", "no gzip")}});
  EXPECT_EQ(detail(get("")), "receive: malformed (the body is no gzip)");
}

TEST_F(http_check, sizes_versions_and_what_must_not_be_are_expectations) {
  serve({{.answer = "HTTP/1.0 200 OK\r\nX-Old: 1\r\n\r\nan error"}});
  EXPECT_EQ(verdict(get("", "{size: {min: 9}}")), "a: unknown size");
  EXPECT_EQ(verdict(get("", "{size: {max: 8}}")), "passed");
  EXPECT_EQ(verdict(get("", "{version: HTTP/1.1}")), "a: unknown version");
  EXPECT_EQ(verdict(get("", "{not_matches: err.r}")), "a: unknown body");
  EXPECT_EQ(verdict(get("", "{not_contains: error}")), "a: unknown body");
  EXPECT_EQ(verdict(get("", "{headers: [{name: x-old, exists: false}]}")), "a: unknown header");
  EXPECT_EQ(verdict(get("", "{headers: [{name: x-new, exists: false}]}")), "passed");
}

TEST_F(http_check, a_slow_phase_is_blamed_on_its_own) {
  tests::raw_server slow(worker(), [this](core::byte_stream& s) -> core::task<> {
    co_await tests::read_until(s, "\r\n\r\n");
    co_await core::sleep_for(worker(), std::chrono::milliseconds(30));
    co_await s.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  target("base", slow.where());
  EXPECT_EQ(verdict(get("", "{phases: {connect: 20s, wait: 10ms}}")), "a: unknown latency");
  EXPECT_EQ(verdict(get("", "{phases: {wait: 20s}}")), "passed");
}

TEST_F(http_check, ipv6_is_checked_where_it_is_asked_for) {
  core::tcp_acceptor acceptor(
      worker().io.get_executor(),
      core::asio::ip::tcp::endpoint(core::asio::ip::address_v6::loopback(), 0));
  const auto port = acceptor.local_endpoint().port();
  worker().start("ipv6", [](core::worker& w, core::tcp_acceptor& a) -> core::task<> {
    auto socket = co_await a.async_accept(core::use_task);
    core::byte_stream s(w, std::move(socket));
    const auto head = co_await tests::read_until(s, "\r\n\r\n");
    EXPECT_NE(head.find("Host: [::1]:"), std::string::npos) << head;
    co_await s.write("HTTP/1.1 204 No Content\r\n\r\n");
  }(worker(), acceptor));
  target("base", {"::1", port});
  const auto r = get(", ip: only_6");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  EXPECT_EQ(r.steps[0].peer, "[::1]:" + std::to_string(port));
  EXPECT_EQ(verdict(get(", ip: only_4")), "a: dns name_not_found");
}

/// Names come from a server of the test.
class many_addresses : public http_check {
 public:
  many_addresses() : dns(worker()), names(worker(), {{dns.where()}}) { setup.names = &names; }
  tests::dns_server dns;
  core::resolver names;
};

TEST_F(many_addresses, each_is_a_check_of_its_own) {
  serve({{.answer = answer("200 OK", "", "fine")}});
  dns.set_a("many.test", {"127.0.0.1"}, 60);
  target("base", {"many.test", server->where().port});
  auto r = get(", all_addresses: true", "{contains: fine}");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  ASSERT_EQ(seen(r).addresses.size(), 1u);
  // Nobody listens at the others.
  dns.set_a("many.test", {"127.0.0.1", "127.0.0.2"}, 60);
  r = get(", all_addresses: true");
  EXPECT_EQ(verdict(r), "a: edge refused");
  EXPECT_NE(detail(r).find("127.0.0.2 (address "), std::string::npos) << detail(r);
  ASSERT_EQ(seen(r).addresses.size(), 2u);
  for (const auto& one : seen(r).addresses) EXPECT_EQ(one.right, one.address == "127.0.0.1");
  EXPECT_EQ(verdict(get("")), "passed");  // one that answers is enough for the others
  EXPECT_EQ(verdict(get(", all_addresses: true, source: 127.0.0.3, ip: only_6")),
            "a: dns name_not_found");
}

TEST_F(many_addresses, the_name_is_what_the_server_and_tls_are_told) {
  serve({{.answer = answer("200 OK")}});
  dns.set_a("named.test", {"127.0.0.1"}, 60);
  target("base", {"named.test", server->where().port});
  EXPECT_EQ(verdict(get("")), "passed");
  EXPECT_NE(server->received().find("Host: named.test:"), std::string::npos);
}

/// TLS on the way, with certificates of every sort.
class https_check : public http_check {
 public:
  void serve_tls(const std::string& name, const std::string& names, int days = 30,
                 const std::string& client_ca = "") {
    tls = std::make_unique<tests::tls_server>(worker(), ca.issue(name, names, days),
                                              answer("200 OK", "", "secure"), client_ca);
    target("base", tls->where(), true);
  }
  std::string trusting(const std::string& more = "") {
    return ", tls: {ca: " + ca.root() + more + "}";
  }
  tests::certificate_authority ca;
  std::unique_ptr<tests::tls_server> tls;
};

TEST_F(https_check, certificates_are_expectations_and_variables) {
  serve_tls("shop", "DNS:shop.test,IP:127.0.0.1");
  auto r = run(R"y(
  - name: a
    http: {url: "${target.base}/")y" +
               trusting() + R"y(}
    expect:
      contains: secure
      tls: {valid_for: 1d, issuer: test authority, subject: CN=shop, names: [shop.test, 127.0.0.1],
            versions: [tls1.3], chain: [test authority], cipher: ^TLS_, alpn: http/1.1}
    extract: {until: {certificate: not_after}, who: {certificate: subject, regex: "CN=(.*)"}}
  - name: b
    http: {url: "${target.base}/${who}/${until}")y" +
               trusting() + R"y(}
)y");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  EXPECT_NE(seen(r, 1).url.find("/shop/"), std::string::npos);
  EXPECT_EQ(tls->peers().size(), 2u);  // steps with other settings do not share connections

  r = get(trusting(), "{tls: {valid_for: 365d}}");
  EXPECT_EQ(verdict(r), "a: tls certificate");
  EXPECT_NE(detail(r).find("certificate \"CN=shop\" expires in 29 days"), std::string::npos)
      << detail(r);
  EXPECT_EQ(verdict(get(trusting(), "{tls: {fingerprints: [\"" + std::string(64, 'a') + "\"]}}")),
            "a: tls certificate");
  EXPECT_EQ(verdict(get(trusting(), "{tls: {names: [other.test]}}")), "a: tls certificate");
}

TEST_F(https_check, what_is_wrong_with_a_certificate_is_said) {
  serve_tls("old", "IP:127.0.0.1", -1);
  auto r = get(trusting());
  EXPECT_EQ(verdict(r), "a: tls tls_certificate");
  EXPECT_EQ(detail(r), "tls: tls_certificate (certificate has expired)");
  serve_tls("other", "DNS:other.test");
  r = get(trusting());
  EXPECT_EQ(verdict(r), "a: tls tls_certificate");
  EXPECT_NE(detail(r).find("mismatch"), std::string::npos) << detail(r);
  EXPECT_EQ(verdict(get(trusting(", server_name: other.test"))), "passed");
  EXPECT_EQ(verdict(get(", tls: {insecure: true}")), "passed");
  EXPECT_EQ(verdict(get("")), "a: tls tls_certificate");  // the system does not trust it
}

TEST_F(https_check, clients_have_certificates_by_step_and_by_target) {
  const auto mine = ca.issue("me", "DNS:me.test");
  serve_tls("shop", "IP:127.0.0.1", 30, ca.root());
  EXPECT_EQ(verdict(get(trusting(", certificate: " + mine.certificate + ", key: " + mine.key))),
            "passed");
  EXPECT_EQ(tls->peers(), std::vector<std::string>{"me.test"});
  EXPECT_NE(verdict(get(trusting())), "passed");

  probe::tls_settings settings;
  settings.ca.path = ca.root();
  settings.certificate.path = mine.certificate;
  settings.key.path = mine.key;
  setup.tls.set_target(tls->where(), settings);
  EXPECT_EQ(verdict(get("")), "passed");
}

TEST_F(https_check, a_redirect_from_https_to_http_leaves_credentials_behind) {
  serve({{.answer = answer("200 OK")}});
  const auto leaf = ca.issue("shop", "IP:127.0.0.1");
  tests::tls_server secured(worker(), leaf, redirect(url_of(server->where())));
  target("base", secured.where(), true);
  EXPECT_EQ(verdict(get(trusting() + ", redirects: 1, headers: {cookie: c=1}")), "passed");
  EXPECT_EQ(server->received().find("cookie"), std::string::npos);
}

}  // namespace
