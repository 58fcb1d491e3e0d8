#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace sidecar {

/// Whole lines from one thread to another through a ring of bytes. `push` is the producer's, the
/// rest the consumer's, but for the counters. No locks; a line that does not fit is dropped and
/// counted.
class line_ring {
 public:
  /// `capacity` is rounded up to a power of two. Its memory is touched as it is used.
  explicit line_ring(std::size_t capacity);

  bool push(std::string_view line) noexcept;
  /// Whether what waits is worth writing at once; for the producer, after `push`.
  bool half_full() const noexcept {
    return head_.load(std::memory_order_relaxed) - tail_.load(std::memory_order_relaxed) >
           mask_ / 2;
  }

  /// What waits, in order: two parts where the ring wraps. Valid until `consume`.
  std::array<std::string_view, 2> waiting() const noexcept;
  void consume(std::size_t bytes) noexcept {
    tail_.store(tail_.load(std::memory_order_relaxed) + bytes, std::memory_order_release);
  }

  std::uint64_t lines() const noexcept { return lines_.load(std::memory_order_relaxed); }
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::size_t mask_;
  std::unique_ptr<char[]> memory_;
  // Producer and consumer each write a cache line of their own.
  alignas(64) std::atomic<std::size_t> head_{0};
  std::atomic<std::uint64_t> lines_{0}, dropped_{0};
  std::size_t seen_tail_ = 0;
  alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace sidecar
