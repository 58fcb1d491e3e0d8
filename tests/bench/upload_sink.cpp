// An upstream for uploads: reads each request's body (of Content-Length bytes) to its end, forgets
// it and answers 204; nginx answers before it has read everything. GET /received says how many
// bytes of bodies have come so far.
//   upload_sink PORT     on 127.0.0.1
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/bench/bench_sockets.hpp"

namespace {

struct client {
  explicit client(int accepted) : fd(accepted) {}
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() { ::close(fd); }

  int fd;
  std::string head;        // as far as it has come
  std::uint64_t left = 0;  // bytes of the body still to come
  bool in_body = false;
};

/// What a complete head says of its body; proxies write the name in several spellings.
std::uint64_t content_length(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::string_view name = "\r\ncontent-length:";
  const auto at = head.find(name);
  if (at == head.npos) return 0;
  const auto from = head.find_first_not_of(' ', at + name.size());
  std::uint64_t value = 0;
  std::from_chars(head.data() + from, head.data() + head.size(), value);
  return value;
}

class sink {
 public:
  explicit sink(int port)
      : epoll_(bench::checked(::epoll_create1(0), "epoll_create1")),
        listener_(bench::listen_on(port)) {
    bench::watch(epoll_, listener_, EPOLLIN, nullptr);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 64> events;
    for (;;) {
      const int ready = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < ready; ++i) {
        auto* at = static_cast<client*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (!at)
          accept();
        else if (!read(*at))
          delete at;
      }
    }
  }

 private:
  void accept() {
    const int fd = ::accept4(listener_, nullptr, nullptr, 0);
    if (fd >= 0) bench::watch(epoll_, fd, EPOLLIN, std::make_unique<client>(fd).release());
  }

  // False at the end of the connection. What one read brings may end a request and begin the next.
  bool read(client& from) {
    const ssize_t got = ::recv(from.fd, memory_.data(), memory_.size(), MSG_DONTWAIT);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    std::string_view bytes(memory_.data(), static_cast<std::size_t>(got));
    while (!bytes.empty()) {
      if (from.in_body)
        take_body(from, bytes);
      else
        take_head(from, bytes);
      if (from.in_body && from.left == 0 && !answer(from)) return false;
    }
    return true;
  }

  void take_body(client& from, std::string_view& bytes) {
    const auto taken = std::min<std::uint64_t>(from.left, bytes.size());
    from.left -= taken;
    received_ += taken;
    bytes.remove_prefix(taken);
  }

  void take_head(client& from, std::string_view& bytes) {
    const std::size_t before = from.head.size();
    from.head.append(bytes);
    const auto end = from.head.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end == from.head.npos) {
      bytes = {};
      return;
    }
    bytes.remove_prefix(end + 4 - before);
    from.head.resize(end + 2);
    from.left = content_length(from.head);
    from.in_body = true;
  }

  bool answer(client& to) {
    std::string text = "HTTP/1.1 204 No Content\r\n\r\n";
    if (to.head.starts_with("GET /received ")) {
      const std::string count = std::to_string(received_);
      text = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(count.size()) + "\r\n\r\n";
      text += count;
    }
    to.head.clear();
    to.in_body = false;
    return ::send(to.fd, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }

  int epoll_, listener_;
  std::uint64_t received_ = 0;
  std::array<char, 256 * 1024> memory_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: upload_sink PORT\n", stderr);
    return 64;
  }
  try {
    std::make_unique<sink>(std::atoi(argv[1]))->run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "upload_sink: %s\n", e.what());
    return 69;
  }
}
