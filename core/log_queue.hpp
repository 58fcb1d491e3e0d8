#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace core {

/// Lines on their way to standard error, written by a thread of the queue's own. Thread-safe;
/// nobody who pushes waits for the output. When it is full the oldest line makes room and is
/// counted: what led to the present trouble is worth less than the trouble. Holds memory for what
/// waits only.
class log_queue {
 public:
  explicit log_queue(std::size_t lines);
  /// Writes what waits.
  ~log_queue();
  log_queue(const log_queue&) = delete;
  log_queue& operator=(const log_queue&) = delete;

  /// `line` without its newline.
  void push(std::string line);
  /// Waits until everything that was pushed before is written or dropped.
  void flush();
  std::uint64_t dropped() const noexcept;

 private:
  void run();

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable pushed_, written_;
  std::deque<std::string> waiting_;
  std::uint64_t taken_ = 0, done_ = 0, dropped_ = 0;  // `done_` counts dropped lines too
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace core
