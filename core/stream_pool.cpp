#include "core/stream_pool.hpp"

#include <algorithm>

#include "core/worker.hpp"

namespace core {

stream_pool::stream_pool(worker& w, dial_target target, limits l)
    : worker_(w), target_(std::move(target)), limits_(l) {}

std::unique_ptr<byte_stream> stream_pool::take(bool fresh_only) {
  while (!idle_.empty()) {
    auto stream = std::move(idle_.back());
    idle_.pop_back();
    // The sweeper closes what was idle for too long; only here is it taken off the list.
    if (stream->is_open() && !(fresh_only && stream->stale())) return stream;
  }
  return nullptr;
}

void stream_pool::put(std::unique_ptr<byte_stream> stream, instant now) {
  const auto open = [](const auto& kept) { return kept->is_open(); };
  idle_.erase(idle_.begin(), std::find_if(idle_.begin(), idle_.end(), open));
  if (idle_.size() >= limits_.idle) return;
  stream->expires(deadline::in(limits_.idle_limit, now));
  idle_.push_back(std::move(stream));
}

void stream_pool::clear() noexcept {
  idle_.clear();
}

}  // namespace core
