#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/cache/security_snapshot.hpp"
#include "core/clock.hpp"

namespace api {

/// What one worker keeps in memory: at most `limit` snapshots, of which those that were not asked
/// for the longest go first, each until its time. Not thread-safe.
class local_cache {
 public:
  struct entry {
    snapshot_ptr snapshot;
    bool stale = false;  ///< its sources did not answer when it was put here
    core::instant until{};
  };

  explicit local_cache(std::size_t limit) : limit_(limit) {}

  /// Null when there is none, or its time is over.
  const entry* find(std::string_view isin, core::instant now);
  void put(std::string_view isin, entry e);
  void forget(std::string_view isin);
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct slot {
    std::string isin;
    entry kept;
  };
  using place = std::list<slot>::iterator;

  std::size_t limit_;
  std::list<slot> by_use_;                               // the latest in front
  std::unordered_map<std::string_view, place> entries_;  // keys lie in the slots
};

}  // namespace api
