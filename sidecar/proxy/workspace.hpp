#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "core/http_head.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// A stretch of memory that is filled from a stream and consumed from the front.
class read_window {
 public:
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
    std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = floor_ = 0;
  }

 private:
  std::span<char> memory_;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t floor_ = 0;  // consumed bytes up to here are kept
};

/// What one request needs while it is in flight, and an idle connection does not hold.
struct workspace {
  /// Longest head that is accepted; the rest of a window is left for bytes of the body.
  static constexpr std::size_t head_limit = 12 * 1024;
  static constexpr std::size_t window_size = 16 * 1024;

  std::array<char, window_size> client_memory;
  std::array<char, window_size> upstream_memory;
  std::array<char, head_limit + 4096> head_memory;  // of the head we write: theirs and what we add
  read_window client{client_memory};
  read_window upstream{upstream_memory};
  core::request_head request;
  core::response_head response;
  exchange_record record;
};

/// The workspaces of one worker; grows with the requests in flight, keeps at most `keep` free ones.
class workspace_pool {
 public:
  static constexpr std::size_t keep = 128;
  struct give_back {
    workspace_pool* pool;
    void operator()(workspace* w) const noexcept {
      if (pool->free_.size() < keep)
        pool->free_.emplace_back(w);
      else
        delete w;
    }
  };
  using lease = std::unique_ptr<workspace, give_back>;

  workspace_pool() { free_.reserve(keep); }
  lease lend() {
    if (free_.empty()) return lease(new workspace, {this});
    lease out(free_.back().release(), {this});
    free_.pop_back();
    return out;
  }

 private:
  std::vector<std::unique_ptr<workspace>> free_;
};

}  // namespace sidecar
