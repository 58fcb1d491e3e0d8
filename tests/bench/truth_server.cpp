// A server whose delays are known: what a prober says of it can be held against the truth.
//   truth_server PORT     on 127.0.0.1, one thread
// GET /?wait=US,…&body=US,…&size=N&close=1
//        waits before the answer's first byte, and again before the second half of its body; of
//        several values the n-th request of this path gets the n-th, in turn. With `close` the
//        connection is closed after the answer.
// GET /accept?us=N   from now on connections are accepted that long after they were made
// GET /stall?us=N    answers, then does nothing at all for that long
// GET /reset         forgets what was noted
// GET /log           what was noted since, a line each: `R accepted head first last target`, a
// request's
//                    instants and its target, or `S begin end`, a stall; nanoseconds of
//                    CLOCK_MONOTONIC
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <queue>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/bench/bench_sockets.hpp"

namespace {

using clock = std::chrono::steady_clock;
using instant = clock::time_point;
using std::chrono::microseconds;

long long nanos(instant t) noexcept {
  return t.time_since_epoch().count();
}

/// What a path asks for.
struct order {
  std::vector<microseconds> wait{microseconds(0)}, body{microseconds(0)};
  std::size_t size = 64;
  bool close = false;
  std::size_t served = 0;
};

std::vector<microseconds> read_list(std::string_view text) {
  std::vector<microseconds> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    long value = 0;
    std::from_chars(text.data(), text.data() + end, value);
    out.emplace_back(value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (out.empty()) out.emplace_back(0);
  return out;
}

/// The value of a query parameter; "" without it.
std::string_view parameter(std::string_view target, std::string_view name) {
  for (auto at = target.find('?'); at < target.size(); at = target.find('&', at)) {
    target.remove_prefix(at + 1);
    at = 0;
    if (target.starts_with(name) && target.substr(name.size(), 1) == "=")
      return target.substr(name.size() + 1, target.find('&') - name.size() - 1);
  }
  return {};
}

order read_order(std::string_view target) {
  order out;
  out.wait = read_list(parameter(target, "wait"));
  out.body = read_list(parameter(target, "body"));
  if (const auto size = parameter(target, "size"); !size.empty())
    std::from_chars(size.data(), size.data() + size.size(), out.size);
  out.close = !parameter(target, "close").empty();
  return out;
}

/// One connection; at most one request under way.
struct client {
  int fd = -1;
  instant accepted, head, first;
  std::string request;
  std::string target;
  std::string rest;  // of the answer, to be sent later
  bool close = false;
};

class server {
 public:
  explicit server(int port)
      : epoll_(bench::checked(::epoll_create1(0), "epoll_create1")),
        listener_(bench::listen_on(port)) {
    ::listen(listener_, 8192);
    bench::watch(epoll_, listener_, EPOLLIN | EPOLLET, nullptr);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int ready = wait(events);
      for (int i = 0; i < ready; ++i) {
        auto* at = static_cast<client*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (at)
          read(at);
        else if (accept_delay_.count() > 0)
          later(clock::now() + accept_delay_, 0, &server::accept_one);
        else
          accept();
      }
      for (const auto now = clock::now(); !timers_.empty() && timers_.top().at <= now;) {
        const auto due = timers_.top();
        timers_.pop();
        (this->*due.what)(due.id);
      }
    }
  }

 private:
  using action = void (server::*)(std::uint64_t);
  struct timer {
    instant at;
    std::uint64_t id;  // of the client; it may be gone by then
    action what;
    bool operator<(const timer& other) const noexcept { return at > other.at; }
  };

  int wait(std::array<epoll_event, 256>& events) {
    if (timers_.empty()) return ::epoll_wait(epoll_, events.data(), events.size(), -1);
    const auto left = std::max<long long>(0, (timers_.top().at - clock::now()).count());
    const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    return ::epoll_pwait2(epoll_, events.data(), events.size(), &limit, nullptr);
  }

  void later(instant at, std::uint64_t id, action what) { timers_.push({at, id, what}); }

  void accept() {
    while (take_connection()) continue;
  }
  // Each edge of the listener is one connection or more, so a delayed accept takes all there are.
  void accept_one(std::uint64_t) { accept(); }

  bool take_connection() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return false;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto& made = clients_[fd];
    made = std::make_unique<client>();
    made->fd = fd;
    made->accepted = clock::now();
    bench::watch(epoll_, fd, EPOLLIN, made.get());
    read(made.get());
    return true;
  }

  void drop(client* which) {
    ::close(which->fd);
    clients_.erase(which->fd);
  }

  void read(client* from) {
    std::array<char, 4096> bytes;
    const ssize_t got = ::recv(from->fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(from);
    from->request.append(bytes.data(), static_cast<std::size_t>(got));
    if (from->request.find("\r\n\r\n") == std::string::npos) return;
    from->head = clock::now();
    const auto space = from->request.find(' ');
    const std::string target =
        from->request.substr(space + 1, from->request.find(' ', space + 1) - space - 1);
    from->target = target;
    from->request.clear();
    serve(from, target);
  }

  void serve(client* to, const std::string& target) {
    if (target == "/log") return answer_now(to, log());
    if (target == "/reset") {
      log_.clear();
      orders_.clear();
      return answer_now(to, "");
    }
    if (target.starts_with("/accept?")) {
      accept_delay_ = read_list(parameter(target, "us")).front();
      return answer_now(to, "");
    }
    if (target.starts_with("/stall?")) {
      const auto length = read_list(parameter(target, "us")).front();
      answer_now(to, "");
      const auto begin = clock::now();
      std::this_thread::sleep_until(begin + length);
      log_.push_back("S " + std::to_string(nanos(begin)) + " " +
                     std::to_string(nanos(clock::now())) + "\n");
      return;
    }
    begin_answer(to, target);
  }

  static std::string head(std::size_t length, bool close) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
           std::to_string(length) + (close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
  }

  static void send(client* to, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(to->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) continue;  // only after megabytes, by a slow reader
      if (sent < 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void answer_now(client* to, const std::string& body) {
    send(to, head(body.size(), false) + body);
  }

  void begin_answer(client* to, const std::string& target) {
    const auto found = orders_.find(target);
    order& what = found == orders_.end() ? orders_.emplace(target, read_order(target)).first->second
                                         : found->second;
    const std::size_t n = what.served++;
    const auto wait = what.wait[n % what.wait.size()];
    const auto body = what.body[n % what.body.size()];
    to->close = what.close;
    to->rest = head(what.size, what.close) + std::string(what.size, 'x');
    if (body.count() == 0) {
      if (wait.count() == 0) return send_all(static_cast<std::uint64_t>(to->fd));
      return later(to->head + wait, static_cast<std::uint64_t>(to->fd), &server::send_all);
    }
    body_delay_[to->fd] = body;
    later(to->head + wait, static_cast<std::uint64_t>(to->fd), &server::send_first);
  }

  client* find(std::uint64_t fd) {
    const auto found = clients_.find(static_cast<int>(fd));
    return found == clients_.end() || found->second->rest.empty() ? nullptr : found->second.get();
  }

  void send_first(std::uint64_t fd) {
    client* to = find(fd);
    if (!to) return;
    const auto body = to->rest.find("\r\n\r\n") + 4;
    const std::size_t half = body + (to->rest.size() - body) / 2;
    to->first = clock::now();
    send(to, std::string_view(to->rest).substr(0, half));
    to->rest.erase(0, half);
    later(to->first + body_delay_[to->fd], fd, &server::send_last);
  }

  void send_all(std::uint64_t fd) {
    if (client* to = find(fd)) {
      to->first = clock::now();
      send_last(fd);
    }
  }

  void send_last(std::uint64_t fd) {
    client* to = find(fd);
    if (!to) return;
    // Taken before the call: a reader on another core may have the bytes before it returns.
    const auto last = clock::now();
    const std::string bytes = std::move(to->rest);
    to->rest.clear();
    send(to, bytes);
    note(*to, last);
    if (to->close) drop(to);
  }

  void note(const client& of, instant last) {
    log_.push_back("R " + std::to_string(nanos(of.accepted)) + " " +
                   std::to_string(nanos(of.head)) + " " + std::to_string(nanos(of.first)) + " " +
                   std::to_string(nanos(last)) + " " + of.target + "\n");
    if (log_.size() > most_notes) log_.pop_front();
  }

  std::string log() const {
    std::string out;
    for (const auto& line : log_) out += line;
    return out;
  }

  static constexpr std::size_t most_notes = 200'000;
  int epoll_, listener_;
  microseconds accept_delay_{0};
  std::map<int, std::unique_ptr<client>> clients_;
  std::map<int, microseconds> body_delay_;
  std::map<std::string, order, std::less<>> orders_;
  std::priority_queue<timer> timers_;
  std::deque<std::string> log_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: truth_server PORT\n", stderr);
    return 64;
  }
  try {
    // The kernel rounds time limits up by 50 µs otherwise.
    ::prctl(PR_SET_TIMERSLACK, 1);
    std::make_unique<server>(std::atoi(argv[1]))->run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "truth_server: %s\n", e.what());
    return 69;
  }
}
