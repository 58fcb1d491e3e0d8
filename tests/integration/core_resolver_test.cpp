// The resolver against a server in process: answers, absences, and servers that misbehave.
#include "core/resolver.hpp"

#include <gtest/gtest.h>

#include "tests/support/await.hpp"
#include "tests/support/dns_server.hpp"

namespace {

using namespace std::chrono_literals;

constexpr const char* service = "_http._tcp.scores.example";

class resolver : public ::testing::Test {
 protected:
  void use(core::duration timeout = 5s) {
    asking = std::make_unique<core::resolver>(loop.worker(),
                                              core::resolver_config{{server.where()}, timeout, 2});
  }
  core::result<core::srv_answer> srv(const char* name = service) {
    return tests::run(loop, asking->srv(name));
  }
  core::result<core::host_answer> host(const char* name) {
    return tests::run(loop, asking->host(name));
  }

  tests::loop loop;
  tests::dns_server server{loop.worker()};
  std::unique_ptr<core::resolver> asking;
};

TEST_F(resolver, gives_a_services_targets_and_their_ttl) {
  server.set_srv(service, {{1, 2, 8080, "a.example"}, {3, 4, 81, "b.example"}}, 77);
  use();
  const auto found = srv();
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->ttl, 77u);
  EXPECT_EQ(found->records,
            (std::vector<core::srv_record>{{1, 2, 8080, "a.example"}, {3, 4, 81, "b.example"}}));
}

TEST_F(resolver, gives_a_hosts_addresses_and_their_ttl) {
  server.set_a("a.example", {"10.1.2.3", "10.1.2.4"}, 33);
  use();
  const auto found = host("a.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->ttl, 33u);
  EXPECT_EQ(found->addresses.size(), 2u);
}

TEST_F(resolver, asks_over_tcp_for_what_does_not_fit) {
  std::vector<tests::dns_server::srv> many;
  for (unsigned i = 0; i < 200; ++i) many.push_back({0, 1, 8000 + i, "pod.example"});
  server.set_srv(service, many, 30);
  server.truncating = true;
  use();
  const auto found = srv();
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->records.size(), 200u);
  EXPECT_EQ(server.asked_over_tcp, 1);
}

TEST_F(resolver, says_that_a_name_is_not_there) {
  server.set_a("a.example", {"10.1.2.3"}, 33);
  use();
  EXPECT_EQ(srv().error(), core::errc::name_not_found);
  EXPECT_EQ(host("b.example").error(), core::errc::name_not_found);
  EXPECT_EQ(srv("a.example").error(), core::errc::name_not_found);  // there, but no service
}

TEST_F(resolver, gives_up_on_a_silent_server) {
  server.silent = true;
  use(50ms);
  EXPECT_EQ(srv().error(), core::errc::timed_out);
  EXPECT_GE(server.asked_over_udp, 2);
}

TEST_F(resolver, says_that_an_answer_is_garbage) {
  server.garbling = true;
  use();
  EXPECT_EQ(srv().error(), core::errc::malformed);
  EXPECT_FALSE(host("a.example"));
}

TEST_F(resolver, says_that_a_server_failed) {
  server.failing = true;
  use();
  const auto error = srv().error();
  EXPECT_TRUE(error && error != core::errc::name_not_found) << error.message();
}

TEST_F(resolver, answers_many_at_once) {
  for (int i = 0; i < 50; ++i)
    server.set_a("pod" + std::to_string(i) + ".example", {"10.0.0." + std::to_string(i)}, 30);
  use();
  int right = 0, ended = 0;
  auto one = [](core::resolver& r, int i, int& good, int& done) -> core::task<> {
    const std::string name = "pod" + std::to_string(i) + ".example";
    const auto found = co_await r.host(name);
    good += found && found->addresses.front().to_string() == "10.0.0." + std::to_string(i);
    ++done;
  };
  for (int i = 0; i < 50; ++i) loop.worker().start("one", one(*asking, i, right, ended));
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), [&] { return ended == 50; })));
  EXPECT_EQ(right, 50);
}

TEST_F(resolver, knows_the_hosts_file) {
  use();
  const auto found = host("localhost");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_TRUE(found->addresses.front().is_loopback());
  EXPECT_EQ(server.asked_over_udp, 0);
}

TEST_F(resolver, that_goes_cancels_what_it_was_asked) {
  server.silent = true;
  use(30s);
  core::error_code error;
  bool ended = false;
  auto one = [](core::task<core::result<core::srv_answer>> what, core::error_code& e,
                bool& done) -> core::task<> {
    const auto found = co_await std::move(what);
    if (!found) e = found.error();
    done = true;
  };
  loop.worker().start("one", one(asking->srv(service), error, ended));
  EXPECT_TRUE(
      tests::run(loop, tests::holds(loop.worker(), [&] { return server.asked_over_udp > 0; })));
  asking.reset();
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), [&] { return ended; })));
  EXPECT_EQ(error, core::errc::cancelled);
}

TEST(resolver_config, servers_must_be_addresses) {
  tests::loop loop;
  EXPECT_THROW(core::resolver(loop.worker(), {{{"dns.example", 53}}, 1s, 1}), std::runtime_error);
}

}  // namespace
