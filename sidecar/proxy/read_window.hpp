#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace sidecar {

/// A stretch of memory that is filled from a stream and consumed from the front.
class read_window {
 public:
  read_window() noexcept = default;
  explicit read_window(std::span<char> memory) noexcept : memory_(memory) {}

  std::string_view bytes() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }
  std::span<char> space() const noexcept { return memory_.subspan(end_); }
  void filled(std::size_t n) noexcept { end_ += n; }
  void consume(std::size_t n) noexcept {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = floor_;
  }
  /// Consumes a head whose views stay valid: its bytes are kept in place until `rewind`.
  void hold(std::size_t n) noexcept { floor_ = begin_ += n; }
  /// Moves unread bytes to the front; ends all views.
  void rewind() noexcept {
    if (begin_ != end_) std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = floor_ = 0;
  }
  /// Goes on in other memory with the unread bytes of this one; ends all views. They must fit.
  void move_to(std::span<char> memory) noexcept {
    const auto unread = bytes();
    if (!unread.empty()) std::memcpy(memory.data(), unread.data(), unread.size());
    memory_ = memory;
    begin_ = floor_ = 0;
    end_ = unread.size();
  }

 private:
  std::span<char> memory_;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t floor_ = 0;  // consumed bytes up to here are kept
};

}  // namespace sidecar
