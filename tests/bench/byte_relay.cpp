// The floor of any proxy: copies bytes between a client's socket and one of its own to the
// upstream, with one thread and one epoll, and looks at none of them.
//   byte_relay PORT UPSTREAM-PORT     both on 127.0.0.1
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/bench/bench_sockets.hpp"

namespace {

/// One direction of a connection, and what its receiver has not taken yet.
struct flow {
  int from = -1, to = -1;
  std::vector<char> left;
};

struct connection;

/// A socket as epoll knows it.
struct endpoint {
  connection* of;
  flow* reads;
  flow* writes;
};

/// Both directions between a client and the upstream; owns both sockets.
struct connection {
  connection(int client_socket, int upstream_socket)
      : up{client_socket, upstream_socket, {}}, down{upstream_socket, client_socket, {}} {}
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() {
    ::close(up.from);
    ::close(up.to);
  }

  flow up, down;
  endpoint client{this, &up, &down}, upstream{this, &down, &up};
  bool over = false;
};

class relay {
 public:
  relay(int port, int upstream)
      : upstream_(upstream),
        epoll_(bench::checked(::epoll_create1(0), "epoll_create1")),
        listener_(bench::listen_on(port)) {
    bench::watch(epoll_, listener_, EPOLLIN, nullptr);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int ready = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (auto* at = static_cast<endpoint*>(event.data.ptr)) {
          if (!at->of->over) at->of->over = !serve(*at, event.events);
          any_over_ |= at->of->over;
        } else {
          accept();
        }
      }
      // Only now: several events of a round may point into one connection.
      if (std::exchange(any_over_, false)) std::erase_if(open_, [](auto& c) { return c->over; });
    }
  }

 private:
  void accept() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (client < 0) return;
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto made = std::make_unique<connection>(client, bench::connect_to(upstream_));
    constexpr std::uint32_t both = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    bench::watch(epoll_, client, both, &made->client);
    bench::watch(epoll_, made->up.to, both, &made->upstream);
    open_.push_back(std::move(made));
  }

  // False when the connection is over.
  bool serve(endpoint& at, std::uint32_t events) {
    if ((events & EPOLLOUT) && !at.writes->left.empty() && !flush(*at.writes)) return false;
    const bool readable = events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    // Nothing more is read while the other side has not taken the last of it.
    return !readable || !at.reads->left.empty() || copy(*at.reads);
  }

  bool copy(flow& f) {
    for (;;) {
      const ssize_t got = ::recv(f.from, memory_.data(), memory_.size(), MSG_DONTWAIT);
      if (got <= 0) return got < 0 && errno == EAGAIN;
      const ssize_t sent =
          ::send(f.to, memory_.data(), static_cast<std::size_t>(got), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return false;
      if (sent < got) {
        f.left.assign(memory_.data() + (sent < 0 ? 0 : sent), memory_.data() + got);
        return true;
      }
      // The socket is empty, and epoll tells when that changes.
      if (static_cast<std::size_t>(got) < memory_.size()) return true;
    }
  }

  bool flush(flow& f) {
    const ssize_t sent = ::send(f.to, f.left.data(), f.left.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    f.left.erase(f.left.begin(), f.left.begin() + sent);
    return !f.left.empty() || copy(f);
  }

  int upstream_, epoll_, listener_;
  std::vector<std::unique_ptr<connection>> open_;
  bool any_over_ = false;
  std::array<char, 64 * 1024> memory_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: byte_relay PORT UPSTREAM-PORT\n", stderr);
    return 64;
  }
  try {
    std::make_unique<relay>(std::atoi(argv[1]), std::atoi(argv[2]))->run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "byte_relay: %s\n", e.what());
    return 69;
  }
}
