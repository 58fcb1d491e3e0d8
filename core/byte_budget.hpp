#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace core {

/// A number of bytes that several holders share, so that many of them together stay bounded.
/// Belongs to one worker.
class byte_budget {
 public:
  explicit byte_budget(std::size_t limit) noexcept : limit_(limit) {}
  byte_budget(const byte_budget&) = delete;
  byte_budget& operator=(const byte_budget&) = delete;

  std::size_t used() const noexcept { return used_; }

  /// What one holder has; given back when it is released or destroyed.
  class share {
   public:
    share() = default;
    share(const share&) = delete;
    share& operator=(const share&) = delete;
    ~share() { release(); }

    /// Takes more of `budget`, always the same one; false, and nothing is taken, when it has not so
    /// much left.
    bool grow(const std::shared_ptr<byte_budget>& budget, std::size_t bytes) noexcept {
      if (bytes > budget->limit_ - budget->used_) return false;
      if (!budget_) budget_ = budget;
      budget->used_ += bytes;
      bytes_ += bytes;
      return true;
    }
    void release() noexcept {
      if (bytes_ > 0) budget_->used_ -= std::exchange(bytes_, 0);
    }

   private:
    std::shared_ptr<byte_budget> budget_;
    std::size_t bytes_ = 0;
  };

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
};

}  // namespace core
