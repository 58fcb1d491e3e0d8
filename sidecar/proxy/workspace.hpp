#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/http_head.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// What one request needs while it is in flight, and an idle connection does not hold. Little
/// memory for bytes: more is lent by the worker while bytes are moved, so that many requests that
/// wait for the upstream share what stays in the processor's caches.
struct workspace {
  std::array<char, 1024> first;  ///< where most requests fit
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
