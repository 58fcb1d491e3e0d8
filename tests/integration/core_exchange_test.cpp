// One exchange against scripted answers: limits, counting, and what came before the end.
#include <gtest/gtest.h>

#include "core/dialer.hpp"
#include "core/http_exchange.hpp"
#include "tests/support/await.hpp"
#include "tests/support/scripted_server.hpp"

namespace {

using tests::soon;

class exchange : public ::testing::Test {
 public:
  core::exchanged get(std::string answer, core::exchange_limits limits = {}) {
    tests::scripted_server server(loop.worker(), {{.answer = std::move(answer)}});
    return tests::run(loop, once(loop.worker(), server.where(), limits));
  }
  static core::task<core::exchanged> once(core::worker& w, core::address to,
                                          core::exchange_limits limits) {
    core::dial_target target{std::move(to), nullptr, {}};
    auto dialled = co_await core::dial(w, std::move(target), soon());
    core::outgoing_request request;
    request.headers.emplace_back("Host", "h");
    co_return co_await core::exchange(*dialled.stream, request, limits, soon());
  }
  static core::exchange_limits limits(std::uint64_t body, std::size_t keep) {
    core::exchange_limits out;
    out.body = body;
    out.keep = keep;
    return out;
  }
  static std::vector<std::string> framed(const std::string& body) {
    const std::string head = "HTTP/1.1 200 OK\r\n";
    char size[16];
    std::snprintf(size, sizeof size, "%zx", body.size());
    return {head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
            head + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n" + body + "\r\n0\r\n\r\n",
            head + "Connection: close\r\n\r\n" + body};
  }
  tests::loop loop;
};

TEST_F(exchange, a_body_may_be_counted_without_being_kept) {
  const std::string body(100'000, 'x');
  for (const auto& answer : framed(body)) {
    const auto out = get(answer, limits(1'000'000, 10));
    EXPECT_FALSE(out.error) << answer.substr(0, 60);
    EXPECT_EQ(out.answer.body_size, body.size());
    EXPECT_EQ(out.answer.body, std::string(10, 'x'));
    EXPECT_EQ(get(answer).answer.body, body);
  }
}

TEST_F(exchange, a_body_over_its_limit_is_told_from_a_head_over_its_own) {
  for (const auto& answer : framed(std::string(100, 'x'))) {
    EXPECT_FALSE(get(answer, limits(100, 100)).error);
    const auto out = get(answer, limits(99, 100));
    EXPECT_EQ(out.error, core::errc::too_large) << answer.substr(0, 60);
    EXPECT_EQ(out.answer.status, 200);
  }
  core::exchange_limits small;
  small.head = 50;
  const auto out = get("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x') + "\r\n\r\n", small);
  EXPECT_EQ(out.error, core::errc::too_large);
  EXPECT_EQ(out.answer.status, 0);
}

TEST_F(exchange, informational_answers_are_counted_and_the_version_is_kept) {
  const auto out =
      get("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(out.answer.status, 204);
  EXPECT_EQ(out.answer.informational, 1);
  EXPECT_FALSE(out.answer.legacy);
  EXPECT_TRUE(get("HTTP/1.0 200 OK\r\n\r\n").answer.legacy);
}

TEST_F(exchange, a_body_that_breaks_off_leaves_the_head_its_times_and_what_came) {
  const auto out = get("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(out.error, core::errc::closed);
  EXPECT_EQ(out.answer.status, 200);
  EXPECT_EQ(out.answer.body, "half");
  EXPECT_EQ(out.answer.body_size, 4u);
  const auto& times = out.answer.times;
  EXPECT_LE(times.sent, times.first_byte);
  EXPECT_LE(times.first_byte, times.head);
  EXPECT_LE(times.head, times.done);
}

}  // namespace
