#include "core/log_queue.hpp"

#include <cstdio>
#include <utility>

namespace core {

log_queue::log_queue(std::size_t lines) : capacity_(lines), writer_([this] { run(); }) {}

log_queue::~log_queue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  pushed_.notify_one();
  writer_.join();
}

void log_queue::push(std::string line) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == capacity_) {
      waiting_.pop_front();
      ++dropped_;
      ++done_;
    }
    waiting_.push_back(std::move(line));
    ++taken_;
  }
  pushed_.notify_one();
}

void log_queue::flush() {
  std::unique_lock lock(mutex_);
  const auto target = taken_;
  written_.wait(lock, [&] { return done_ >= target; });
}

std::uint64_t log_queue::dropped() const noexcept {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void log_queue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    pushed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::string line = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
    lock.lock();
    ++done_;
    written_.notify_all();
  }
}

}  // namespace core
