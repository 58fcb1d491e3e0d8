// The check `redis` against a real one.
#include <optional>

#include "tests/integration/private_servers.hpp"
#include "tests/integration/probe_services_fixture.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using probe::phase;

class probe_redis : public tests::with_runs {
 protected:
  static void SetUpTestSuite() {
    if (tests::private_redis::unavailable().empty()) server_.emplace();
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (const auto why = tests::private_redis::unavailable(); !why.empty()) GTEST_SKIP() << why;
    constants_.secrets["redis"] = core::secret(tests::private_redis::password());
  }
  static std::string request(const std::string& command, const std::string& more = "") {
    return "    redis: {address: \"127.0.0.1:" + std::to_string(server_->port()) +
           "\", password: \"${secret.redis}\", " + more + "command: " + command + "}\n";
  }
  probe::run_result ask(const std::string& command, const std::string& rest = "",
                        const std::string& more = "") {
    return run_step(request(command, more) + rest);
  }

  static std::optional<tests::private_redis> server_;
};
std::optional<tests::private_redis> probe_redis::server_;

TEST_F(probe_redis, sends_a_command_and_times_its_phases) {
  const auto r = ask("[PING]", "    expect: {redis: {equals: PONG}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  const auto& step = r.steps.at(0);
  EXPECT_TRUE(step.phases[phase::connect] && step.phases[phase::send] && step.phases[phase::wait] &&
              step.phases[phase::receive]);
  EXPECT_EQ(step.method, "PING");
  EXPECT_EQ(step.url, "redis://127.0.0.1:" + std::to_string(server_->port()));
}

TEST_F(probe_redis, compares_replies_of_every_type) {
  ASSERT_EQ(verdict_of(ask("[DEL, list, text]")), "passed");
  ASSERT_EQ(verdict_of(ask("[RPUSH, list, a, b, c]")), "passed");
  ASSERT_EQ(verdict_of(ask("[SET, text, \"41\"]")), "passed");
  struct row {
    const char* command;
    const char* expected;
    const char* detail;
  };
  const row table[] = {
      {"[LLEN, list]", "{type: integer, equals: 3, at_least: 3, at_most: 3}", ""},
      {"[LLEN, list]", "{at_least: 4}", "the reply is 3, expected at least 4"},
      {"[LLEN, list]", "{at_most: 2}", "the reply is 3, expected at most 2"},
      {"[LLEN, list]", "{type: string}", "the reply is number 3 (integer), expected type string"},
      {"[GET, text]", "{matches: ^4, at_least: 40}", ""},
      {"[GET, text]", "{equals: \"42\"}", R"(the reply is string "41", expected "42")"},
      {"[GET, text]", "{matches: ^5}", R"(the reply is string "41", expected a match of ^5)"},
      {"[GET, missing]", "{type: nil}", ""},
      {"[GET, missing]", "{equals: x}", R"(the reply is null, expected "x")"},
      {"[LRANGE, list, \"0\", \"-1\"]", "{type: array, at_least: 3}", ""},
      {"[LRANGE, list, \"0\", \"-1\"]", "{at_least: 4}", "the reply is 3, expected at least 4"},
      {"[INCR, list]", "{type: error, matches: ^WRONGTYPE}", ""},
      {"[PING]", "{type: nil}", R"(the reply is string "PONG" (string), expected type nil)"},
      {"[PING]", "{at_least: 1}", R"(the reply is string "PONG", expected a number)"},
  };
  for (const auto& one : table) {
    const auto r = ask(one.command, "    expect: {redis: " + std::string(one.expected) + "}\n");
    EXPECT_EQ(detail_of(r), one.detail) << one.command << one.expected;
    EXPECT_EQ(verdict_of(r), *one.detail ? "dependency reply" : "passed") << one.command;
  }
}

TEST_F(probe_redis, an_error_is_wrong_unless_it_is_expected) {
  const auto r = ask("[NOTHING]");
  EXPECT_EQ(verdict_of(r), "dependency reply");
  EXPECT_NE(detail_of(r).find("the reply is ERR unknown command"), std::string::npos)
      << detail_of(r);
}

TEST_F(probe_redis, values_go_from_one_step_to_the_next_and_databases_are_apart) {
  const auto r =
      run("  - name: write\n" + request("[SET, key, \"${uuid}\"]", "db: 3, ") + "  - name: read\n" +
          request("[GET, key]", "db: 3, ") + "    extract: {value: {json: \"\"}}\n" +
          "  - name: list\n" + request("[MGET, key, key]", "db: 3, ") +
          "    expect: {json: [{pointer: /1, equals: \"${value}\"}]}\n" + "  - name: other\n" +
          request("[GET, key]", "db: 4, ") + "    expect: {redis: {type: nil}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
}

TEST_F(probe_redis, a_wrong_password_is_told_and_not_shown) {
  constants_.secrets["redis"] = core::secret("not-this-password");
  const auto r = ask("[PING]");
  EXPECT_EQ(verdict_of(r), "dependency reply");
  EXPECT_EQ(detail_of(r).rfind("AUTH: ", 0), 0u) << detail_of(r);
  EXPECT_EQ(detail_of(r).find("not-this-password"), std::string::npos);
}

TEST_F(probe_redis, a_server_that_says_nothing_ends_with_the_timeout) {
  server_->freeze();
  const auto r = run_step(request("[PING]"), "100ms");
  server_->thaw();
  EXPECT_EQ(verdict_of(r), "unknown timed_out");
}

TEST_F(probe_redis, says_what_is_no_redis) {
  tests::raw_server http(worker(), [](core::byte_stream& stream) -> core::task<> {
    co_await tests::read_until(stream, "PING\r\n");
    co_await stream.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const auto r =
      run_step("    redis: {address: \"" + http.where().to_string() + "\", command: [PING]}\n");
  EXPECT_EQ(verdict_of(r), "edge malformed") << detail_of(r);
  const tests::refusing_port nobody(worker());
  EXPECT_EQ(verdict_of(run_step("    redis: {address: \"" + nobody.where().to_string() +
                                "\", command: [PING]}\n")),
            "edge refused");
  EXPECT_EQ(verdict_of(run_step("    redis: {address: \"a:b:c\", command: [PING]}\n")),
            "client request");
}

TEST_F(probe_redis, a_replay_connects_to_the_address_of_then) {
  const auto ping = [] {
    return "    redis: {address: \"redis.nowhere.test:" + std::to_string(server_->port()) +
           "\", password: \"${secret.redis}\"}\n";
  };
  pinned_ = {{"redis.nowhere.test", "127.0.0.1"}};
  const auto r = run_step(ping());
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  EXPECT_EQ(r.steps.at(0).record->last.dialled, pinned_) << "so that a bundle has it again";
}

}  // namespace
