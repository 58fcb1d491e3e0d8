#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "core/clock.hpp"
#include "sidecar/access_log/line_ring.hpp"

namespace core {
class exposition_writer;
class logger;
}  // namespace core

namespace sidecar {

/// An open file, or standard output, that lines are appended to. Never blocks for longer than it is
/// told to, where the system allows that (a pipe or file does, an inherited socket does not).
class line_destination {
 public:
  /// Throws std::runtime_error naming the path. "" is standard output.
  explicit line_destination(const std::string& path);
  ~line_destination();
  line_destination(const line_destination&) = delete;
  line_destination& operator=(const line_destination&) = delete;

  /// Waits until something can be written, or about `wait_ms`; false when nothing can.
  bool ready(int wait_ms) const noexcept;
  /// Bytes taken of both parts, in order; 0 when it would block; -1 with errno on an error.
  std::ptrdiff_t write(std::string_view first, std::string_view second) const noexcept;

 private:
  int descriptor_;
};

class line_writer;

/// Where one worker puts its lines.
class line_lane {
 public:
  line_lane(line_writer& owner, std::size_t buffer) : owner_(&owner), ring_(buffer) {}
  /// Its worker's thread only; never waits.
  inline void push(std::string_view line) noexcept;

 private:
  friend class line_writer;
  line_writer* owner_;
  line_ring ring_;
};

/// The one thread that writes the lines of all workers: batches, every 50 ms or when a lane is half
/// full. What a destination does not take is lost and counted, after the lanes are full; an error
/// of the destination loses what was to be written, and is logged when it begins.
class line_writer {
 public:
  explicit line_writer(core::logger& log);
  /// Writes what waits, for at most two seconds.
  ~line_writer();
  line_writer(const line_writer&) = delete;
  line_writer& operator=(const line_writer&) = delete;

  /// Opens the destination, also when it has the same path (a rotated file), and starts the thread
  /// with the first one. Throws as `line_destination` does, and changes nothing then.
  void open(const std::string& path);
  /// The lane of a worker, made at its first use with that buffer. Lives as long as the writer.
  line_lane& lane(std::size_t worker, std::size_t buffer);

  void write_metrics(core::exposition_writer& out) const;
  /// Has the thread look at the lanes now.
  void wake() noexcept;

 private:
  void run();
  bool write_all(core::instant until);
  bool write_lane(line_ring& ring, const line_destination& to, core::instant until);
  void lose(line_ring& ring, std::string_view first, std::string_view second);

  core::logger& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<line_lane>> lanes_;
  std::shared_ptr<const line_destination> destination_;
  std::atomic<bool> woken_{false};
  std::atomic<std::uint64_t> lost_{0};
  bool failing_ = false;  // the thread's own
  bool stopping_ = false;
  std::thread thread_;
};

inline void line_lane::push(std::string_view line) noexcept {
  ring_.push(line);
  if (ring_.half_full()) owner_->wake();
}

}  // namespace sidecar
