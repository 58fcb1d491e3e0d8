// One question to one server in process, over UDP, TCP and TLS, and servers that misbehave.
#include "core/dns_exchange.hpp"

#include <gtest/gtest.h>

#include "core/tls_context.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using namespace std::chrono_literals;

class dns_exchange : public ::testing::Test {
 protected:
  core::dns_query a_query() {
    core::dns_query out;
    out.server = server.where();
    out.name = "a.example";
    return out;
  }
  core::dns_exchanged ask(core::dns_query query, core::duration time = 30s) {
    return tests::run(loop, core::dns_exchange(loop.worker(), std::move(query),
                                               core::deadline::in(time, core::now())));
  }

  tests::loop loop;
  tests::dns_server server{loop.worker()};
};

TEST_F(dns_exchange, gives_the_whole_answer_and_when_it_came) {
  server.set_a("a.example", {"10.1.2.3", "10.1.2.4"}, 77);
  for (const bool tcp : {false, true}) {
    auto query = a_query();
    query.tcp = tcp;
    const auto got = ask(query);
    ASSERT_TRUE(got.answer) << got.error.message();
    EXPECT_EQ(got.answer->answers.size(), 2u);
    EXPECT_EQ(got.answer->answers[0].text(), "a.example.\t77\tIN\tA\t10.1.2.3");
    EXPECT_EQ(got.peer, server.where().to_string());
    EXPECT_GT(got.size, 12u);
    const auto& t = got.times;
    EXPECT_LE(t.start, t.resolved);
    EXPECT_LE(t.resolved, t.connected);
    EXPECT_EQ(t.connected, t.secured);
    EXPECT_LE(t.connected, t.sent);
    EXPECT_LE(t.sent, t.first_byte);
    EXPECT_LE(t.first_byte, t.done);
    EXPECT_NE(t.resolved, core::instant());
  }
  EXPECT_EQ(server.asked_over_udp, 1);
  EXPECT_EQ(server.asked_over_tcp, 1);
}

TEST_F(dns_exchange, an_answer_without_records_or_with_an_error_is_an_answer) {
  server.set_a("a.example", {"10.1.2.3"}, 77);
  auto query = a_query();
  query.name = "b.example";
  auto got = ask(query);
  ASSERT_TRUE(got.answer);
  EXPECT_EQ(got.answer->rcode(), core::dns_no_name);
  server.failing = true;
  got = ask(a_query());
  ASSERT_TRUE(got.answer);
  EXPECT_EQ(got.answer->rcode(), core::dns_server_failure);
}

TEST_F(dns_exchange, a_truncated_answer_is_given_as_it_is) {
  server.set_a("a.example", {"10.1.2.3"}, 77);
  server.truncating = true;
  const auto got = ask(a_query());
  ASSERT_TRUE(got.answer);
  EXPECT_TRUE(got.answer->truncated());
  EXPECT_EQ(server.asked_over_tcp, 0);
}

TEST_F(dns_exchange, passes_over_what_does_not_answer_its_question) {
  server.set_a("a.example", {"10.1.2.3"}, 77);
  server.lying = true;
  const auto got = ask(a_query());
  ASSERT_TRUE(got.answer) << got.error.message();
  EXPECT_EQ(got.answer->answers.size(), 1u);
}

TEST_F(dns_exchange, ends_with_its_deadline) {
  server.silent = true;
  for (const bool tcp : {false, true}) {
    auto query = a_query();
    query.tcp = tcp;
    const auto got = ask(query, 60ms);
    EXPECT_FALSE(got.answer);
    EXPECT_EQ(got.error, core::errc::timed_out);
    EXPECT_NE(got.times.sent, core::instant());
    EXPECT_EQ(got.times.first_byte, core::instant());
  }
}

TEST_F(dns_exchange, says_that_an_answer_is_garbage) {
  server.garbling = true;
  EXPECT_EQ(ask(a_query()).error, core::errc::malformed);
  auto query = a_query();
  query.tcp = true;
  EXPECT_EQ(ask(query).error, core::errc::malformed);
}

TEST_F(dns_exchange, says_that_nobody_listens) {
  const tests::refusing_port nobody(loop.worker());
  auto query = a_query();
  query.server = nobody.where();
  EXPECT_EQ(ask(query).error, core::errc::refused);
  query.tcp = true;
  const auto got = ask(query);
  EXPECT_EQ(got.error, core::errc::refused);
  EXPECT_NE(got.times.resolved, core::instant());
  EXPECT_EQ(got.times.connected, core::instant());
}

TEST_F(dns_exchange, finds_its_server_by_name) {
  server.set_a("a.example", {"10.1.2.3"}, 77);
  auto query = a_query();
  query.server.host = "localhost";
  EXPECT_TRUE(ask(query).answer || ask(query).error == core::errc::refused);  // ::1 may come first
  query.server.host = "nothing.invalid";
  EXPECT_EQ(ask(query).error, core::errc::name_not_found);
}

TEST_F(dns_exchange, speaks_tls_and_verifies_the_server) {
  tests::certificate_authority authority;
  const auto certificate = authority.issue("dns", "DNS:dns.test");
  const auto context = core::tls_context::server({certificate.certificate, certificate.key, ""});
  tests::raw_server over_tls(loop.worker(), [context](core::byte_stream& stream) -> core::task<> {
    const auto secured = co_await stream.secure(context, "");
    if (!secured) co_return;
    const std::string size = co_await tests::read_exactly(stream, 2);
    if (size.size() < 2) co_return;
    const auto question = co_await tests::read_exactly(stream, static_cast<unsigned char>(size[1]));
    const unsigned id =
        static_cast<unsigned char>(question[0]) * 256u + static_cast<unsigned char>(question[1]);
    const std::string address("\x0a\x01\x02\x03", 4);
    std::string answer = tests::dns::message(
        "a.example", tests::dns::type_a,
        {tests::dns::record(tests::dns::question_name, tests::dns::type_a, 5, address)}, 0, id);
    answer.insert(0, tests::dns::u16(static_cast<unsigned>(answer.size())));
    co_await stream.write(answer);
  });
  auto query = a_query();
  query.server = over_tls.where();
  query.tcp = true;
  query.tls = core::tls_context::client({"", "", authority.root()});
  query.server_name = "dns.test";
  const auto got = ask(query);
  ASSERT_TRUE(got.answer) << got.error.message();
  EXPECT_EQ(got.answer->answers.at(0).data, "10.1.2.3");
  EXPECT_LT(got.times.connected, got.times.secured);
  query.server_name = "other.test";
  EXPECT_EQ(ask(query).error, core::errc::tls_certificate);
}

TEST_F(dns_exchange, sends_nothing_for_what_is_no_name) {
  auto query = a_query();
  query.name = "a..example";
  const auto got = ask(query);
  EXPECT_TRUE(got.no_question);
  EXPECT_EQ(server.asked_over_udp, 0);
}

TEST_F(dns_exchange, several_at_once_do_not_mix) {
  int right = 0, ended = 0;
  for (int i = 0; i < 50; ++i)
    server.set_a("pod" + std::to_string(i) + ".example", {"10.0.0." + std::to_string(i)}, 30);
  auto one = [](core::worker& w, core::dns_query q, std::string address, int& good,
                int& done) -> core::task<> {
    const auto got = co_await core::dns_exchange(w, std::move(q), tests::soon());
    good += got.answer && got.answer->answers.size() == 1 && got.answer->answers[0].data == address;
    ++done;
  };
  for (int i = 0; i < 50; ++i) {
    auto query = a_query();
    query.name = "pod" + std::to_string(i) + ".example";
    loop.worker().start("one",
                        one(loop.worker(), query, "10.0.0." + std::to_string(i), right, ended));
  }
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), [&] { return ended == 50; })));
  EXPECT_EQ(right, 50);
}

}  // namespace
