#include "core/file_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <filesystem>

#include "core/worker.hpp"

namespace core {
namespace {

constexpr std::uint32_t interesting = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                      IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
/// How often is looked where there are no events at all.
constexpr duration without_events = std::chrono::seconds(1);

/// What changes when the file does; all zero when it is not there.
using trace = std::array<std::int64_t, 5>;

trace trace_of(const std::string& path) noexcept {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0) return {};
  return {static_cast<std::int64_t>(s.st_dev), static_cast<std::int64_t>(s.st_ino), s.st_size,
          s.st_mtim.tv_sec, s.st_mtim.tv_nsec};
}

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

class file_watch::state : public std::enable_shared_from_this<file_watch::state> {
 public:
  state(worker& w, std::vector<std::string> files, handler changed, times t)
      : files_(std::move(files)),
        changed_(std::move(changed)),
        times_(t),
        events_(w.io.get_executor()),
        timer_(w.io.get_executor()) {
    for (const auto& file : files_) traces_.push_back(trace_of(file));
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd >= 0) events_.assign(fd);
  }

  void begin() {
    watch_directories();
    wait_for_event();
    look_later();
  }
  void end() {
    changed_ = nullptr;
    error_code ignored;
    events_.close(ignored);
    timer_.cancel();
  }

 private:
  // Asked for again after every event: a directory that was replaced is another one now.
  void watch_directories() {
    all_watched_ = events_.is_open();
    if (!all_watched_) return;
    for (const auto& file : files_)
      if (inotify_add_watch(events_.native_handle(), directory_of(file).c_str(), interesting) < 0)
        all_watched_ = false;
  }
  void wait_for_event() {
    if (!events_.is_open()) return;
    events_.async_wait(asio::posix::descriptor_base::wait_read,
                       [self = shared_from_this()](const error_code& error) {
                         if (!error && self->changed_) self->on_event();
                       });
  }
  void on_event() {
    alignas(inotify_event) char buffer[4096];
    while (::read(events_.native_handle(), buffer, sizeof buffer) > 0) continue;
    const instant at = now();
    if (restless_since_ == instant{}) restless_since_ = at;
    set_timer(std::min(at + times_.settle, restless_since_ + times_.longest));
    wait_for_event();
  }
  void look_later() {
    set_timer(now() + (all_watched_ ? times_.look : std::min(times_.look, without_events)));
  }
  void set_timer(instant at) {
    timer_.expires_at(at);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error && self->changed_) self->look();
    });
  }
  void look() {
    restless_since_ = {};
    watch_directories();
    std::vector<std::string> changed;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const trace now_there = trace_of(files_[i]);
      if (now_there == traces_[i]) continue;
      traces_[i] = now_there;
      changed.push_back(files_[i]);
    }
    look_later();
    // The handler may end the watch, and itself with it.
    const handler tell = changed_;
    if (!changed.empty()) tell(changed);
  }

  std::vector<std::string> files_;
  std::vector<trace> traces_;
  handler changed_;  // null once the watch has ended
  times times_;
  asio::posix::basic_stream_descriptor<executor> events_;
  steady_timer timer_;
  instant restless_since_{};  // the first event that was not looked after yet
  bool all_watched_ = false;
};

file_watch::file_watch(worker& w, std::vector<std::string> files, handler changed)
    : file_watch(w, std::move(files), std::move(changed), times()) {}

file_watch::file_watch(worker& w, std::vector<std::string> files, handler changed, times t)
    : state_(std::make_shared<state>(w, std::move(files), std::move(changed), t)) {
  state_->begin();
}

file_watch::~file_watch() {
  state_->end();
}

}  // namespace core
