#include "sidecar/access_log/line_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "core/exposition.hpp"
#include "core/log.hpp"

namespace sidecar {
namespace {

using namespace std::chrono_literals;

constexpr auto batch_time = 50ms;
constexpr auto last_words = 2s;

constexpr core::metric_family written_lines{"remora_access_log_lines_total",
                                            "Lines of the access log that were taken.",
                                            core::metric_type::counter};
constexpr core::metric_family dropped_lines{
    "remora_access_log_dropped_total",
    "Lines of the access log that were lost: the buffer was full, or writing failed.",
    core::metric_type::counter};

// Not blocking, by a file description of our own: the inherited one is shared with others, who
// may not expect it to change.
int open_standard_output() {
  const int own = ::open("/proc/self/fd/1", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
  return own >= 0 ? own : ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

std::uint64_t lines_in(std::string_view text) noexcept {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

line_destination::line_destination(const std::string& path)
    : descriptor_(path.empty()
                      ? open_standard_output()
                      : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC,
                               0640)) {
  if (descriptor_ < 0)
    throw std::runtime_error("cannot open the access log " + (path.empty() ? "on stdout" : path) +
                             ": " + std::strerror(errno));
}

line_destination::~line_destination() {
  ::close(descriptor_);
}

bool line_destination::ready(int wait_ms) const noexcept {
  pollfd poll{descriptor_, POLLOUT, 0};
  return ::poll(&poll, 1, wait_ms) > 0;
}

std::ptrdiff_t line_destination::write(std::string_view first,
                                       std::string_view second) const noexcept {
  const iovec parts[] = {{const_cast<char*>(first.data()), first.size()},
                         {const_cast<char*>(second.data()), second.size()}};
  const auto taken = ::writev(descriptor_, parts, 2);
  return taken < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : taken;
}

line_writer::line_writer(core::logger& log) : log_(log) {}

line_writer::~line_writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void line_writer::open(const std::string& path) {
  auto opened = std::make_shared<const line_destination>(path);
  const std::lock_guard lock(mutex_);
  destination_ = std::move(opened);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

line_lane& line_writer::lane(std::size_t worker, std::size_t buffer) {
  const std::lock_guard lock(mutex_);
  while (lanes_.size() <= worker) lanes_.emplace_back();
  if (!lanes_[worker]) lanes_[worker] = std::make_unique<line_lane>(*this, buffer);
  return *lanes_[worker];
}

void line_writer::wake() noexcept {
  if (!woken_.exchange(true, std::memory_order_relaxed)) changed_.notify_one();
}

void line_writer::run() {
  for (;;) {
    bool stop = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, batch_time,
                        [this] { return stopping_ || woken_.load(std::memory_order_relaxed); });
      stop = stopping_;
    }
    woken_.store(false, std::memory_order_relaxed);
    const auto until = core::now() + (stop ? last_words : 1s);
    write_all(until);
    if (stop) return;
  }
}

bool line_writer::write_all(core::instant until) {
  std::shared_ptr<const line_destination> to;
  std::vector<line_lane*> lanes;
  {
    const std::lock_guard lock(mutex_);
    to = destination_;
    for (const auto& lane : lanes_)
      if (lane) lanes.push_back(lane.get());
  }
  return std::all_of(lanes.begin(), lanes.end(),
                     [&](line_lane* lane) { return write_lane(lane->ring_, *to, until); });
}

// False when the destination took too little until then.
bool line_writer::write_lane(line_ring& ring, const line_destination& to, core::instant until) {
  for (;;) {
    const auto [first, second] = ring.waiting();
    if (first.empty()) return true;
    const auto taken = to.write(first, second);
    if (taken < 0) {
      lose(ring, first, second);
      return true;
    }
    ring.consume(static_cast<std::size_t>(taken));
    if (taken > 0) {
      failing_ = false;
      continue;
    }
    to.ready(20);
    if (core::now() >= until) return false;
  }
}

void line_writer::lose(line_ring& ring, std::string_view first, std::string_view second) {
  const int why = errno;
  lost_.fetch_add(lines_in(first) + lines_in(second), std::memory_order_relaxed);
  ring.consume(first.size() + second.size());
  if (!failing_) log_.error("the access log cannot be written", {{"error", std::strerror(why)}});
  failing_ = true;
}

void line_writer::write_metrics(core::exposition_writer& out) const {
  std::uint64_t lines = 0, full = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& lane : lanes_) {
      if (!lane) continue;
      lines += lane->ring_.lines();
      full += lane->ring_.dropped();
    }
  }
  if (out.family(written_lines)) out.counter("", static_cast<double>(lines));
  if (!out.family(dropped_lines)) return;
  out.counter("reason=\"buffer_full\"", static_cast<double>(full));
  out.counter("reason=\"write_failed\"",
              static_cast<double>(lost_.load(std::memory_order_relaxed)));
}

}  // namespace sidecar
