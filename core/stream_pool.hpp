#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/dialer.hpp"
#include "core/sweeper.hpp"

namespace core {

/// Idle streams to one target, last used first. Belongs to one worker. An idle stream is closed
/// after `idle_limit`, so that we close before the upstream's keep-alive does.
class stream_pool {
 public:
  struct limits {
    std::size_t idle = 256;
    duration idle_limit = std::chrono::seconds(55);
  };

  stream_pool(worker& w, dial_target target, limits l);

  /// An idle stream, or null: then dial. `fresh_only` also discards streams that the peer closed
  /// meanwhile (one system call a stream): for requests that must not be repeated.
  std::unique_ptr<byte_stream> take(bool fresh_only);
  /// Keeps a stream for the next request, idle since `now`; closes it when there are enough.
  void put(std::unique_ptr<byte_stream> stream, instant now);
  void clear() noexcept;
  std::size_t idle() const noexcept { return idle_.size(); }
  const dial_target& target() const noexcept { return target_; }

 private:
  worker& worker_;
  dial_target target_;
  limits limits_;
  std::vector<std::unique_ptr<byte_stream>> idle_;  // a deque would allocate at every 64th
};

}  // namespace core
