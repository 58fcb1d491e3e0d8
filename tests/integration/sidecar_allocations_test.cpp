// The steady state of plain HTTP allocates nothing: counted on the worker's thread while this
// thread is both the clients and the application, with blocking sockets, so that it says how many
// requests are under way.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "core/log.hpp"
#include "core/span_sink.hpp"
#include "core/worker.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "tests/integration/allocation_hook.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::string_view request = "GET /things/7 HTTP/1.1\r\nHost: app\r\nAccept: */*\r\n\r\n";
constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

/// A blocking socket that gives up after a minute, so that a mistake fails instead of hanging.
class plain_socket {
 public:
  explicit plain_socket(int fd = ::socket(AF_INET, SOCK_STREAM, 0)) : fd_(fd) {
    const timeval limit{60, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  plain_socket(plain_socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  plain_socket& operator=(plain_socket&&) = delete;
  ~plain_socket() {
    if (fd_ >= 0) ::close(fd_);
  }

  /// Listens on a free port, and says which.
  std::uint16_t listen() {
    sockaddr_in at = loopback(0);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::listen(fd_, 128), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    return ntohs(at.sin_port);
  }
  plain_socket accept() { return plain_socket(::accept(fd_, nullptr, nullptr)); }
  void connect(std::uint16_t port) {
    const sockaddr_in at = loopback(port);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  }
  void write(std::string_view text) {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  /// Reads until what came ends with `end`; false when the peer closes or says nothing.
  bool read_until(std::string_view end) {
    std::array<char, 4096> memory;
    std::size_t size = 0;
    while (!std::string_view(memory.data(), size).ends_with(end)) {
      const ssize_t got = ::recv(fd_, memory.data() + size, memory.size() - size, 0);
      if (got <= 0) return false;
      size += static_cast<std::size_t>(got);
    }
    return true;
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    return at;
  }
  int fd_;
};

class steady_state : public ::testing::Test {
 public:
  steady_state() {
    config_.tracing.sample_ratio = 0;
    auto& inbound = config_.inbound.emplace_back();
    inbound.name = "in";
    inbound.listen = {"127.0.0.1", 0};
    inbound.upstream = {"127.0.0.1", application_.listen()};
    auto& route = inbound.routes.emplace_back();
    route.route = "/things/{id}";
    route.thresholds = {10s};
    proxy_ = std::make_unique<sidecar::proxy>(worker_, config_, sink_, log_);
    proxy_->start();
    thread_ = std::thread([this] { worker_.run(); });
    std::promise<void> watched;
    core::asio::post(worker_.io, [&] {
      tests::watch_this_thread();
      watched.set_value();
    });
    watched.get_future().get();
  }
  ~steady_state() override {
    worker_.stop();
    thread_.join();
  }

  void connect(std::size_t connections) {
    for (std::size_t i = 0; i < connections; ++i) clients_.emplace_back().connect(port());
  }
  std::uint16_t port() const { return proxy_->port("in"); }

  /// One request on each connection; all are under way before the first is answered.
  void round() {
    for (auto& client : clients_) client.write(request);
    while (upstreams_.size() < clients_.size()) upstreams_.push_back(application_.accept());
    for (auto& upstream : upstreams_) ASSERT_TRUE(upstream.read_until("\r\n\r\n"));
    for (auto& upstream : upstreams_) upstream.write(answer);
    for (auto& client : clients_) ASSERT_TRUE(client.read_until("hello"));
  }
  void expect_nothing_allocated(int rounds) {
    for (int i = 0; i < 8; ++i) ASSERT_NO_FATAL_FAILURE(round());
    tests::count_allocations(true);
    for (int i = 0; i < rounds; ++i) ASSERT_NO_FATAL_FAILURE(round());
    tests::count_allocations(false);
    EXPECT_EQ(tests::allocations(), 0u)
        << "in " << rounds * clients_.size() << " requests; the first:\n"
        << tests::where_allocated();
  }

 private:
  core::logger log_{"test", core::log_level::error};
  core::span_sink sink_{"test", "0", "i", 1000, true};
  sidecar::sidecar_config config_;
  plain_socket application_;
  core::worker worker_{log_};
  std::unique_ptr<sidecar::proxy> proxy_;
  std::vector<plain_socket> clients_, upstreams_;
  std::thread thread_;
};

TEST_F(steady_state, requests_in_turn_allocate_nothing) {
  if (!tests::allocations_are_counted) GTEST_SKIP() << "a sanitizer allocates";
  connect(1);
  expect_nothing_allocated(1000);
}

TEST_F(steady_state, requests_at_the_same_time_allocate_nothing) {
  if (!tests::allocations_are_counted) GTEST_SKIP() << "a sanitizer allocates";
  connect(64);
  expect_nothing_allocated(16);
}

TEST_F(steady_state, what_is_not_steady_is_counted) {
  if (!tests::allocations_are_counted) GTEST_SKIP() << "a sanitizer allocates";
  tests::count_allocations(true);
  connect(1);
  round();
  tests::count_allocations(false);
  EXPECT_GT(tests::allocations(), 0u);  // a session was begun
}

}  // namespace
