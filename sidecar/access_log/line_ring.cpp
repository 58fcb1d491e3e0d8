#include "sidecar/access_log/line_ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sidecar {
namespace {

void count(std::atomic<std::uint64_t>& cell) noexcept {
  cell.store(cell.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

line_ring::line_ring(std::size_t capacity)
    : mask_(std::bit_ceil(capacity) - 1),
      memory_(std::make_unique_for_overwrite<char[]>(mask_ + 1)) {}

bool line_ring::push(std::string_view line) noexcept {
  const std::size_t head = head_.load(std::memory_order_relaxed);
  const std::size_t capacity = mask_ + 1;
  if (line.size() > capacity - (head - seen_tail_)) {
    seen_tail_ = tail_.load(std::memory_order_acquire);
    if (line.size() > capacity - (head - seen_tail_)) {
      count(dropped_);
      return false;
    }
  }
  const std::size_t at = head & mask_;
  const std::size_t first = std::min(line.size(), capacity - at);
  std::memcpy(memory_.get() + at, line.data(), first);
  std::memcpy(memory_.get(), line.data() + first, line.size() - first);
  head_.store(head + line.size(), std::memory_order_release);
  count(lines_);
  return true;
}

std::array<std::string_view, 2> line_ring::waiting() const noexcept {
  const std::size_t tail = tail_.load(std::memory_order_relaxed);
  const std::size_t size = head_.load(std::memory_order_acquire) - tail;
  const std::size_t at = tail & mask_;
  const std::size_t first = std::min(size, mask_ + 1 - at);
  return {std::string_view(memory_.get() + at, first),
          std::string_view(memory_.get(), size - first)};
}

}  // namespace sidecar
