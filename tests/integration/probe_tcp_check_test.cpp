// The checks of kinds tcp and tls: dialogs, STARTTLS, handshakes.
#include "tests/integration/probe_steps.hpp"

namespace {

using tests::raw_server;
using tests::soon;

/// Plays a mail server: greets, answers EHLO, and upgrades on STARTTLS when it has a context.
core::task<> play_mail(core::byte_stream& s, std::shared_ptr<const core::tls_context> context,
                       std::string* heard) {
  s.expires(soon());
  co_await s.write("220-welcome\r\n220 mail.test ready id=42\r\n");
  for (;;) {
    const auto line = co_await tests::read_until(s, "\r\n");
    *heard += line;
    if (line.starts_with("EHLO ")) {
      co_await s.write("250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n");
    } else if (line == "STARTTLS\r\n" && context) {
      co_await s.write("220 go ahead\r\n");
      const auto secured = co_await s.secure(context, "");
      if (!secured) co_return;
    } else if (line == "QUIT\r\n") {
      co_await s.write("221 bye\r\n");
      co_return;
    } else if (line.empty()) {
      co_return;
    } else {
      co_await s.write("502 what?\r\n");
    }
  }
}

class tcp_check : public tests::probe_steps {
 public:
  void mail(std::shared_ptr<const core::tls_context> context = nullptr) {
    heard.clear();
    server = std::make_unique<raw_server>(
        worker(), [this, context](core::byte_stream& s) { return play_mail(s, context, &heard); });
  }
  probe::run_result talk(const std::string& dialog, const std::string& more = "",
                         const std::string& rest = "") {
    return run("  - name: a\n    tcp: {address: \"" + server->where().to_string() + "\"" + more +
               ", dialog: [" + dialog + "]}\n" + rest);
  }
  static core::task<> echo(core::byte_stream& s) {
    for (;;) {
      char piece[100];
      const auto got = co_await s.read_some(piece);
      if (!got) co_return;
      const auto sent = co_await s.write(std::string_view(piece, *got));
      if (!sent) co_return;
    }
  }
  tests::certificate_authority ca;
  std::unique_ptr<raw_server> server;
  std::string heard;
};

TEST_F(tcp_check, holds_a_dialog_and_uses_what_it_heard) {
  mail();
  const auto r = talk(
      R"y({expect: "^220 (?<host>\\S+) ready id=(\\d+)", send: "EHLO ${match.host}\r\n"},
         {expect: "^250 ", send: "X ${match.0}${match.host}\r\n"},
         {expect: "^502", send: "QUIT\r\n"}, {expect: "^221"})y",
      "", "    expect: {contains: SIZE}\n    extract: {id: {regex: \"id=(\\\\d+)\"}}\n");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  EXPECT_EQ(heard, "EHLO mail.test\r\nX 250 mail.test\r\nQUIT\r\n");
  const auto& last = seen(r);
  EXPECT_TRUE(last.phases[probe::phase::connect] && last.phases[probe::phase::wait]);
  EXPECT_TRUE(last.phases[probe::phase::send]);
  EXPECT_EQ(last.answer.size, last.answer.body.size());
}

TEST_F(tcp_check, a_line_that_is_refused_ends_it_at_once) {
  mail();
  const auto r = talk(R"({expect: "^220 ", send: "NOOP\r\n"}, {expect: "^2", reject: "^5"})");
  EXPECT_EQ(verdict(r), "a: unknown dialog");
  EXPECT_EQ(detail(r), "the answer is \"502 what?\", expected a match of ^2");
}

TEST_F(tcp_check, a_server_that_closes_or_is_silent_is_told_with_its_last_line) {
  mail();
  auto r = talk(R"({expect: "^220 ", send: "QUIT\r\n"}, {expect: "^250"})");
  EXPECT_EQ(verdict(r), "a: edge closed");
  EXPECT_EQ(detail(r), "wait: closed (waiting for ^250, the last line was \"221 bye\")");
  r = run("  - {name: a, timeout: 100ms, tcp: {address: \"" + server->where().to_string() +
          "\", dialog: [{expect: never}]}}\n");
  EXPECT_EQ(verdict(r), "a: unknown timed_out");
}

TEST_F(tcp_check, tls_begins_where_the_dialog_says) {
  const auto leaf = ca.issue("mail", "DNS:mail.test");
  mail(core::tls_context::server({leaf.certificate, leaf.key, ""}));
  const std::string dialog = R"({expect: "^220 ", send: "EHLO x\r\n"},
      {expect: "^250 STARTTLS", send: "STARTTLS\r\n"}, {expect: "^220 ", starttls: true},
      {send: "EHLO y\r\n"}, {expect: "^250 ", send: "QUIT\r\n"})";
  const std::string trust = ", tls: {ca: " + ca.root() + ", server_name: mail.test}";
  auto r = talk(dialog, trust, "    expect: {tls: {names: [mail.test]}}\n");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  EXPECT_NE(heard.find("EHLO y"), std::string::npos);
  EXPECT_TRUE(seen(r).phases[probe::phase::tls]);
  r = talk(dialog, ", tls: {ca: " + ca.root() + ", server_name: other.test}");
  EXPECT_EQ(verdict(r), "a: tls tls_certificate");
}

TEST_F(tcp_check, tls_from_the_start) {
  const auto leaf = ca.issue("echo", "IP:127.0.0.1");
  const auto context = core::tls_context::server({leaf.certificate, leaf.key, ""});
  server = std::make_unique<raw_server>(worker(), [context](core::byte_stream& s) -> core::task<> {
    const auto secured = co_await s.secure(context, "");
    if (secured) co_await echo(s);
  });
  const auto r =
      talk(R"({send: "ping"}, {until: "p.ng"})", ", secure: true, tls: {ca: " + ca.root() + "}");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
}

TEST_F(tcp_check, bytes_without_lines_are_waited_for) {
  server = std::make_unique<raw_server>(worker(), echo);
  EXPECT_EQ(verdict(talk(R"({send: "login: "}, {until: "login: $", send: "x"}, {until: ^x$})")),
            "passed");
  EXPECT_EQ(verdict(talk("")), "passed");  // a connection is all that is asked for
}

TEST_F(tcp_check, an_endless_line_is_bounded) {
  server = std::make_unique<raw_server>(worker(), [](core::byte_stream& s) -> core::task<> {
    const std::string junk(10'000, 'x');
    for (;;) {
      const auto sent = co_await s.write(junk);
      if (!sent) co_return;
    }
  });
  EXPECT_EQ(verdict(talk("{expect: never}")), "a: edge too_large");
}

class tls_check : public tcp_check {
 public:
  void serve(const std::string& names, int days) {
    tls = std::make_unique<tests::tls_server>(worker(), ca.issue("leaf", names, days), "");
  }
  probe::run_result shake(const std::string& keys, const std::string& expect = "{}") {
    return run("  - {name: a, tls: {address: \"" + tls->where().to_string() +
               "\", tls: {ca: " + ca.root() + keys + "}}, expect: " + expect + "}\n");
  }
  std::unique_ptr<tests::tls_server> tls;
};

TEST_F(tls_check, is_the_handshake_and_what_was_presented) {
  serve("IP:127.0.0.1", 20);
  auto r = shake("", "{tls: {valid_for: 1d, versions: [tls1.2, tls1.3]}}");
  EXPECT_EQ(verdict(r), "passed") << detail(r);
  EXPECT_TRUE(seen(r).phases[probe::phase::tls]);
  EXPECT_FALSE(seen(r).phases[probe::phase::send]);
  ASSERT_TRUE(seen(r).answer.tls);
  EXPECT_EQ(seen(r).answer.tls->alpn, "");
  EXPECT_EQ(verdict(shake("", "{tls: {valid_for: 100d}}")), "a: tls certificate");
  EXPECT_EQ(verdict(shake("", "{phases: {tls: 20s}}")), "passed");
  EXPECT_EQ(verdict(shake(", max_version: tls1.2", "{tls: {versions: [tls1.3]}}")),
            "a: tls certificate");
}

TEST_F(tls_check, says_what_is_wrong_and_keeps_what_was_presented) {
  serve("IP:127.0.0.1", -1);
  const auto r = shake("");
  EXPECT_EQ(verdict(r), "a: tls tls_certificate");
  ASSERT_TRUE(seen(r).answer.tls);
  EXPECT_EQ(seen(r).answer.tls->error, "certificate has expired");
  EXPECT_EQ(seen(r).answer.tls->leaf()->subject, "CN=leaf");
}

TEST_F(tls_check, a_server_without_tls_fails_the_handshake) {
  mail();
  const auto r = run("  - {name: a, tls: {address: \"" + server->where().to_string() + "\"}}\n");
  EXPECT_EQ(verdict(r), "a: tls tls_handshake");
  EXPECT_NE(detail(r).find("wrong version number"), std::string::npos) << detail(r);
}

TEST_F(tls_check, an_address_that_is_none_is_the_clients_fault) {
  EXPECT_EQ(verdict(run("  - {name: a, tls: {address: nonsense}}\n")), "a: client request");
}

}  // namespace
