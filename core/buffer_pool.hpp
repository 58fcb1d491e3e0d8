#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace core {

/// Fixed-size I/O buffers of one worker, lent while bytes are in flight and never to an idle
/// connection; the one given back last is lent first, because the processor still has it at hand.
/// Keeps at most `Keep` free ones. Not thread-safe.
template <std::size_t Size, std::size_t Keep>
class basic_buffer_pool {
 public:
  static constexpr std::size_t buffer_size = Size;
  static constexpr std::size_t keep = Keep;

  /// A lent buffer; goes back on destruction. The pool outlives it.
  class lease {
   public:
    lease() = default;
    lease(basic_buffer_pool& pool, std::unique_ptr<char[]> memory) noexcept
        : pool_(&pool), memory_(std::move(memory)) {}
    lease(lease&&) noexcept = default;
    lease& operator=(lease&& other) noexcept {
      reset();
      pool_ = other.pool_;
      memory_ = std::move(other.memory_);
      return *this;
    }
    ~lease() { reset(); }

    char* data() const noexcept { return memory_.get(); }
    std::span<char> bytes() const noexcept { return {memory_.get(), buffer_size}; }
    explicit operator bool() const noexcept { return static_cast<bool>(memory_); }
    void reset() noexcept {
      if (memory_) pool_->give_back(std::move(memory_));
    }

   private:
    basic_buffer_pool* pool_ = nullptr;
    std::unique_ptr<char[]> memory_;
  };

  basic_buffer_pool() { free_.reserve(keep); }  // so that giving back never allocates
  lease lend() {
    if (free_.empty()) return {*this, std::unique_ptr<char[]>(new char[buffer_size])};
    auto memory = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(memory)};
  }

 private:
  void give_back(std::unique_ptr<char[]> memory) noexcept {
    if (free_.size() < keep) free_.push_back(std::move(memory));
  }
  std::vector<std::unique_ptr<char[]>> free_;
};

/// For heads and small bodies.
using buffer_pool = basic_buffer_pool<16 * 1024, 256>;
/// For the streaming of large bodies: fewer system calls a megabyte.
using bulk_pool = basic_buffer_pool<128 * 1024, 8>;

}  // namespace core
