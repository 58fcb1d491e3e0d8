// The parts of the stand-in that need no network.
#include <gtest/gtest.h>

#include "probe/blackbox/cookie_jar.hpp"
#include "probe/blackbox/gauges.hpp"
#include "probe/blackbox/history.hpp"
#include "probe/blackbox/http_target.hpp"
#include "probe/blackbox/inflate.hpp"
#include "probe/blackbox/probe_log.hpp"
#include "probe/blackbox/prober.hpp"
#include "probe/blackbox/stand_in.hpp"
#include "tests/support/gzip.hpp"

namespace {

using namespace std::chrono_literals;
namespace blackbox = probe::blackbox;
using blackbox::gauge;
using blackbox::part;

std::string text_of(const blackbox::gauges& values) {
  std::string out;
  values.write(out);
  return out;
}

TEST(blackbox_gauges, only_what_was_set_is_written_in_order_of_names) {
  blackbox::gauges values;
  values.set(gauge::success, 1);
  values.set(gauge::dns_lookup_time, 1.4051e-05);
  values.set(gauge::ip_addr_hash, 3668918509);
  EXPECT_EQ(text_of(values),
            "# HELP probe_dns_lookup_time_seconds Returns the time taken for probe dns lookup in "
            "seconds\n# TYPE probe_dns_lookup_time_seconds gauge\n"
            "probe_dns_lookup_time_seconds 1.4051e-05\n"
            "# HELP probe_ip_addr_hash Specifies the hash of IP address. It's useful to detect if "
            "the IP address changes.\n# TYPE probe_ip_addr_hash gauge\n"
            "probe_ip_addr_hash 3.668918509e+09\n"
            "# HELP probe_success Displays whether or not the probe was a success\n"
            "# TYPE probe_success gauge\nprobe_success 1\n");
}

TEST(blackbox_gauges, numbers_are_written_as_go_writes_them) {
  for (const auto& [value, text] : {std::pair{0.0, "0"},
                                    {-1.0, "-1"},
                                    {331.0, "331"},
                                    {999999.0, "999999"},
                                    {1e6, "1e+06"},
                                    {1.1, "1.1"},
                                    {1234567.0, "1.234567e+06"},
                                    {0.0001, "0.0001"},
                                    {0.00001, "1e-05"},
                                    {784111777.0, "7.84111777e+08"}}) {
    blackbox::gauges values;
    values.set(gauge::duration, value);
    const auto all = text_of(values);
    EXPECT_EQ(all.substr(all.rfind(' ') + 1), std::string(text) + "\n");
  }
}

TEST(blackbox_gauges, parts_are_summed_and_labels_escaped) {
  blackbox::gauges values;
  values.parts_of = blackbox::gauges::prober::http;
  EXPECT_EQ(text_of(values), "");
  values.begin({part::tls, part::connect});
  values.add(part::connect, 250ms);
  values.add(part::connect, 250ms);
  values.chain = {"ff", "CN=\"a\\b\"", "CN=x", "x,y"};
  values.tls_version = "TLS 1.3";
  const auto all = text_of(values);
  EXPECT_NE(all.find("probe_http_duration_seconds{phase=\"connect\"} 0.5\n"
                     "probe_http_duration_seconds{phase=\"tls\"} 0\n"),
            std::string::npos);
  EXPECT_NE(all.find("{fingerprint_sha256=\"ff\",issuer=\"CN=\\\"a\\\\b\\\"\",subject=\"CN=x\","
                     "subjectalternative=\"x,y\"} 1\n"),
            std::string::npos);
  EXPECT_TRUE(all.ends_with("probe_tls_version_info{version=\"TLS 1.3\"} 1\n"));
}

TEST(blackbox_timeout, is_reckoned_as_the_real_one_does) {
  using blackbox::probe_timeout;
  EXPECT_EQ(probe_timeout("", 0s, 500ms), 119500ms);
  EXPECT_EQ(probe_timeout("10", 0s, 500ms), 9500ms);
  EXPECT_EQ(probe_timeout("10", 2s, 500ms), 2s);
  EXPECT_EQ(probe_timeout("10.5", 60s, 0s), 10500ms);
  EXPECT_EQ(probe_timeout("0.2", 2s, 500ms), 2s);  // never negative
  EXPECT_FALSE(probe_timeout("abc", 0s, 500ms));
  EXPECT_FALSE(probe_timeout("1 ", 0s, 500ms));
}

TEST(blackbox_target, hosts_and_ports_are_split_as_go_does) {
  std::string host;
  std::uint16_t port = 0;
  EXPECT_TRUE(blackbox::split_host_port("a.test:80", host, port));
  EXPECT_EQ(host + "|" + std::to_string(port), "a.test|80");
  EXPECT_TRUE(blackbox::split_host_port("[::1]:443", host, port));
  EXPECT_EQ(host, "::1");
  for (const char* none : {"a.test", "::1:80", "a:b:1", "[::1]", "a:", "a:70000", "a:-1", "[a:1"})
    EXPECT_FALSE(blackbox::split_host_port(none, host, port)) << none;
}

TEST(blackbox_target, what_has_no_scheme_is_http) {
  const auto t = blackbox::http_target::parse("shop.test:8080/a b?q=\xC3\xA9#part");
  ASSERT_TRUE(t);
  EXPECT_FALSE(t->tls());
  EXPECT_EQ(t->host(), "shop.test");
  EXPECT_EQ(t->authority(), "shop.test:8080");
  EXPECT_EQ(t->request_target(), "/a%20b?q=%C3%A9");
}

TEST(blackbox_target, parts_that_are_left_out_have_their_defaults) {
  const auto t = blackbox::http_target::parse("https://user:p%40ss@[::1]?x=1");
  ASSERT_TRUE(t);
  EXPECT_EQ(t->port(), 443);
  EXPECT_EQ(t->host(), "::1");
  EXPECT_EQ(t->authority(), "[::1]");
  EXPECT_EQ(t->request_target(), "/?x=1");
  EXPECT_EQ(t->user_info(), "user:p@ss");
  EXPECT_EQ(t->text(), "https://[::1]?x=1");
  for (const char* none : {"", "http://", "http://[::1/", "https://a:99999/", "http://a:b/"})
    EXPECT_FALSE(blackbox::http_target::parse(none)) << none;
}

TEST(blackbox_target, redirects_are_resolved) {
  const auto t = *blackbox::http_target::parse("http://a.test:81/x/y?q");
  bool relative = false;
  EXPECT_EQ(t.redirected("../z", relative)->text(), "http://a.test:81/z");
  EXPECT_TRUE(relative);
  EXPECT_EQ(t.redirected("https://b.test/w", relative)->text(), "https://b.test/w");
  EXPECT_FALSE(relative);
  EXPECT_FALSE(t.redirected("ftp://b.test/", relative));
}

TEST(cookie_jar, cookies_go_where_they_belong) {
  blackbox::cookie_jar jar;
  jar.take("a=1; Path=/; HttpOnly", "h.test", "/login/now");
  jar.take("b=2", "h.test", "/login/now");
  jar.take("c=3; Secure; Path=/", "h.test", "/");
  jar.take("d=4; Domain=.h.test", "www.h.test", "/");
  jar.take("e=5; Domain=evil.test", "h.test", "/");
  EXPECT_EQ(jar.header("h.test", "/", false), "a=1; d=4");
  EXPECT_EQ(jar.header("h.test", "/login/x", true), "a=1; b=2; c=3; d=4");
  EXPECT_EQ(jar.header("h.test", "/loginx", false), "a=1; d=4");
  EXPECT_EQ(jar.header("other.test", "/", true), "");
  jar.take("a=9; Path=/", "h.test", "/");
  jar.take("d=; Max-Age=0; Domain=h.test", "h.test", "/");
  EXPECT_EQ(jar.header("h.test", "/", false), "a=9");
  for (const char* none : {"", "=x", "noequals", ";", "; Path=/"}) jar.take(none, "h.test", "/");
  EXPECT_EQ(jar.header("h.test", "/", false), "a=9");
}

TEST(blackbox_inflate, says_what_is_wrong_and_keeps_what_came) {
  const std::string plain(100'000, 'x');
  const std::string packed = tests::gzip(plain);
  using blackbox::inflate;
  using blackbox::inflate_form;
  EXPECT_EQ(inflate(packed, inflate_form::gzip, 1 << 20).text, plain);
  EXPECT_EQ(inflate(packed + packed, inflate_form::gzip, 1 << 20).text, plain + plain);
  const auto limited = inflate(packed, inflate_form::gzip, 1000);
  EXPECT_EQ(limited.text.size(), 1000u);
  EXPECT_EQ(limited.why, "body is larger than the limit");
  EXPECT_FALSE(inflate("hello, world", inflate_form::gzip, 100).began);
  EXPECT_FALSE(inflate("hello, world", inflate_form::deflate, 100).why.empty());
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_FALSE(inflate(packed.substr(0, size), inflate_form::gzip, 1 << 20).why.empty()) << size;
}

TEST(probe_log, lines_are_logfmt) {
  blackbox::probe_log log;
  const core::wall_clock wall;
  log.info(core::now(), "Beginning probe", {{"probe", "http"}, {"timeout_seconds", 2.5}});
  log.error(core::now(), "x", {{"err", "a=\"b\""}, {"empty", ""}});
  const auto text = log.render(wall, "m", "http://a b/");
  EXPECT_NE(text.find("Z module=m target=\"http://a b/\" level=info msg=\"Beginning probe\" "
                      "probe=http timeout_seconds=2.5\n"),
            std::string::npos);
  EXPECT_NE(text.find("level=error msg=x err=\"a=\\\"b\\\"\" empty=\"\"\n"), std::string::npos);
  EXPECT_EQ(blackbox::rfc3339_nanos(1'000'000'000'000'000'123), "2001-09-09T01:46:40.000000123Z");
}

TEST(probe_log, is_bounded_but_for_the_last_word) {
  blackbox::probe_log log;
  const core::wall_clock wall;
  const std::string line(1000, 'x');
  for (int i = 0; i < 100; ++i) log.info(core::now(), line);
  log.last(core::now(), false, "Probe failed");
  const auto text = log.render(wall, "m", "t");
  EXPECT_LT(text.size(), 2 * blackbox::probe_log::limit);
  EXPECT_NE(text.find("msg=\"lines left out\" lines="), std::string::npos);
  EXPECT_TRUE(text.ends_with("msg=\"Probe failed\"\n"));
}

std::shared_ptr<blackbox::past_probe> past(bool success, const char* target = "t") {
  auto out = std::make_shared<blackbox::past_probe>();
  auto module = std::make_shared<blackbox::compiled_module>();
  module->name = "m";
  out->module = module;
  out->target = target;
  out->success = success;
  return out;
}

TEST(blackbox_history, failures_outlive_successes) {
  blackbox::history history(2);
  history.add(past(false, "bad"));
  for (int i = 0; i < 5; ++i) history.add(past(true));
  ASSERT_EQ(history.all().size(), 3u);
  EXPECT_EQ(history.all().front()->target, "bad");
  EXPECT_TRUE(history.find(0));
  EXPECT_FALSE(history.find(1));
  EXPECT_TRUE(history.find(5));
  EXPECT_EQ(history.find("m", "t")->id, 5u);
  EXPECT_FALSE(history.find("m", "other"));
}

TEST(blackbox_history, keeps_nothing_when_told_so) {
  blackbox::history history(0);
  history.add(past(false));
  EXPECT_TRUE(history.all().empty());
}

}  // namespace
