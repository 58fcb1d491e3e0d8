// Load of an open loop: requests are due at instants that do not depend on the answers, and the
// latency of each counts from the instant it was due, also while it waits for a connection. So a
// server that stalls is charged with all that became due meanwhile (no coordinated omission).
//   open_loop PORT PATH RATE CONNECTIONS WARM-UP-SECONDS SECONDS poisson|uniform
// GET over keep-alive connections to 127.0.0.1, one thread; prints its figures as JSON. `behind` is
// how late this program itself sent a request whose connection was free: the error of the figures.
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/bench_sockets.hpp"

namespace {

using clock = std::chrono::steady_clock;
using instant = clock::time_point;
using std::chrono::nanoseconds;

/// When requests are due; arrivals are independent of each other, or evenly spaced.
class schedule {
 public:
  schedule(instant start, double rate, bool poisson)
      : next_(start), gap_(1e9 / rate), poisson_(poisson) {}
  instant next() const noexcept { return next_; }
  void advance() {
    const double by = poisson_ ? gap_ * exponential_(random_) : gap_;
    next_ += nanoseconds(static_cast<std::int64_t>(by));
  }

 private:
  instant next_;
  double gap_;
  bool poisson_;
  std::mt19937_64 random_{1};
  std::exponential_distribution<double> exponential_{1};
};

/// Counts of whole microseconds; what is longer than a second counts as one.
class latencies {
 public:
  void add(nanoseconds n) noexcept {
    const auto us = std::clamp<std::int64_t>(n.count() / 1000, 0, most);
    ++counts_[static_cast<std::size_t>(us)];
    ++total_;
  }
  std::uint64_t total() const noexcept { return total_; }
  /// The least latency that `share` of all do not exceed.
  std::size_t percentile(double share) const noexcept {
    if (total_ == 0) return 0;
    const auto rank =
        std::min(static_cast<std::uint64_t>(share * static_cast<double>(total_)), total_ - 1);
    std::uint64_t seen = 0;
    for (std::size_t us = 0; us <= most; ++us)
      if ((seen += counts_[us]) > rank) return us;
    return most;
  }

 private:
  static constexpr std::int64_t most = 1'000'000;
  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(most + 1);
  std::uint64_t total_ = 0;
};

/// One connection with at most one request under way.
struct line {
  int fd = -1;
  instant due{};
  bool counts = false;  // not of the warm-up
  std::size_t size = 0;
  std::array<char, 8192> answer;
};

struct answer_state {
  bool complete = false, good = false;
};

/// Whether `bytes` are a whole answer with Content-Length or in chunks, and a 200.
answer_state inspect(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == bytes.npos) return {};
  const std::string_view head = bytes.substr(0, end + 2);
  const bool good = bytes.starts_with("HTTP/1.1 200 ");
  constexpr std::string_view name = "content-length:", chunked = "transfer-encoding: chunked";
  const auto begins = [&](std::size_t at, std::string_view with) {
    return head.size() - at >= with.size() &&
           ::strncasecmp(head.data() + at, with.data(), with.size()) == 0;
  };
  for (std::size_t at = head.find("\r\n") + 2; at < head.size(); at = head.find("\r\n", at) + 2) {
    if (begins(at, chunked)) return {bytes.ends_with("\r\n0\r\n\r\n"), good};
    if (!begins(at, name)) continue;
    const auto from = head.find_first_not_of(' ', at + name.size());
    std::size_t length = 0;
    std::from_chars(head.data() + from, head.data() + head.size(), length);
    return {bytes.size() >= end + 4 + length, good};
  }
  return {true, false};
}

struct options {
  int port;
  std::string path;
  double rate;
  std::size_t connections;
  double warm_up, seconds;
  bool poisson;
};

class generator {
 public:
  explicit generator(const options& o)
      : options_(o),
        epoll_(bench::checked(::epoll_create1(0), "epoll_create1")),
        request_("GET " + o.path + " HTTP/1.1\r\nHost: localhost\r\n\r\n") {
    for (std::size_t i = 0; i < o.connections; ++i) {
      auto& made = *lines_.emplace_back(std::make_unique<line>());
      made.fd = bench::connect_to(o.port);
      bench::watch(epoll_, made.fd, EPOLLIN, &made);
      free_.push_back(&made);
    }
  }

  void run() {
    const auto seconds = [](double s) { return nanoseconds(static_cast<std::int64_t>(s * 1e9)); };
    const instant start = clock::now();
    measured_from_ = start + seconds(options_.warm_up);
    const instant end = measured_from_ + seconds(options_.seconds);
    const instant patience = end + std::chrono::seconds(5);
    schedule due(start, options_.rate, options_.poisson);
    for (;;) {
      const instant now = clock::now();
      while (due.next() <= now && due.next() < end) {
        waiting_.push_back(due.next());
        due.advance();
      }
      send_waiting();
      const bool sending = due.next() < end;
      if (!sending && waiting_.empty() && free_.size() == lines_.size()) break;
      if (now > patience) break;
      take_answers((sending ? due.next() : patience) - clock::now());
    }
    unanswered_ = waiting_.size() + lines_.size() - free_.size();
  }

  void print() const {
    const auto us = [this](double share) { return answered_.percentile(share); };
    std::printf(
        "{\"requests\": %llu, \"seconds\": %.3f, \"errors\": %llu, \"p50_us\": %zu, "
        "\"p90_us\": %zu, \"p99_us\": %zu, \"p999_us\": %zu, \"max_us\": %zu, "
        "\"behind_p99_us\": %zu}\n",
        static_cast<unsigned long long>(answered_.total()), options_.seconds,
        static_cast<unsigned long long>(errors_ + unanswered_), us(0.5), us(0.9), us(0.99),
        us(0.999), us(1), behind_.percentile(0.99));
  }

 private:
  void send_waiting() {
    while (!waiting_.empty() && !free_.empty()) {
      line& to = *free_.front();
      free_.pop_front();
      to.due = waiting_.front();
      waiting_.pop_front();
      to.counts = to.due >= measured_from_;
      to.size = 0;
      // Late through want of a connection is the server's doing, anything else is ours.
      if (to.counts && !starved_) behind_.add(clock::now() - to.due);
      const auto sent = ::send(to.fd, request_.data(), request_.size(), MSG_NOSIGNAL);
      if (sent != static_cast<ssize_t>(request_.size())) throw std::runtime_error("cannot send");
    }
    starved_ = !waiting_.empty();
  }

  void take_answers(nanoseconds at_most) {
    std::array<epoll_event, 256> events;
    const auto wait = std::max(at_most, nanoseconds(0)).count();
    const timespec limit{wait / 1'000'000'000, wait % 1'000'000'000};
    const int ready = ::epoll_pwait2(epoll_, events.data(), events.size(), &limit, nullptr);
    for (int i = 0; i < ready; ++i)
      take(*static_cast<line*>(events[static_cast<std::size_t>(i)].data.ptr));
  }

  void take(line& from) {
    const ssize_t got = ::recv(from.fd, from.answer.data() + from.size,
                               from.answer.size() - from.size, MSG_DONTWAIT);
    if (got <= 0) throw std::runtime_error("the server closed a connection");
    from.size += static_cast<std::size_t>(got);
    const auto state = inspect({from.answer.data(), from.size});
    if (!state.complete && from.size == from.answer.size())
      throw std::runtime_error("an answer is longer than 8 KiB");
    if (!state.complete) return;
    errors_ += !state.good;
    if (from.counts) answered_.add(clock::now() - from.due);
    free_.push_back(&from);
  }

  options options_;
  int epoll_;
  std::string request_;
  std::vector<std::unique_ptr<line>> lines_;
  std::deque<line*> free_;       // the one that has rested longest goes first
  std::deque<instant> waiting_;  // due, and without a connection
  bool starved_ = false;
  instant measured_from_;
  latencies answered_, behind_;
  std::uint64_t errors_ = 0, unanswered_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fputs(
        "usage: open_loop PORT PATH RATE CONNECTIONS WARM-UP-SECONDS SECONDS poisson|uniform\n",
        stderr);
    return 64;
  }
  try {
    // The kernel rounds time limits up by 50 µs otherwise.
    ::prctl(PR_SET_TIMERSLACK, 1);
    const options given{std::atoi(argv[1]),
                        argv[2],
                        std::atof(argv[3]),
                        static_cast<std::size_t>(std::atoi(argv[4])),
                        std::atof(argv[5]),
                        std::atof(argv[6]),
                        std::string_view(argv[7]) == "poisson"};
    if (given.rate <= 0 || given.connections == 0)
      throw std::runtime_error("rate and connections are above 0");
    generator load(given);
    load.run();
    load.print();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "open_loop: %s\n", e.what());
    return 69;
  }
}
