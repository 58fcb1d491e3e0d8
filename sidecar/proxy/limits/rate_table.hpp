#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "sidecar/proxy/limits/token_bucket.hpp"

namespace sidecar {

/// The buckets of many clients in a table of fixed size, shared by all workers without a lock: sets
/// of four, of 16 bytes a client, so that a look-up reads one cache line. A bucket that is full
/// again says nothing and makes room for another client, the longest full one first. When all four
/// of a set are in use, further clients of that set share one bucket of the whole table.
class rate_table {
 public:
  /// Room for `clients`, rounded up to a power of two.
  rate_table(token_rate rate, std::size_t clients);

  struct answer {
    token got;
    bool shared = false;  ///< from the bucket of those that found no room
  };
  /// `key` is a client's hash; `now` as of `bucket_time`.
  answer take(std::uint64_t key, std::int64_t now) noexcept;

  std::size_t room() const noexcept { return sets_.size() * ways; }

 private:
  static constexpr std::size_t ways = 4;
  struct entry {
    std::atomic<std::uint64_t> key{0};  // 0: never used
    token_bucket bucket;
  };
  struct alignas(64) entry_set {
    std::array<entry, ways> all;
  };
  static_assert(sizeof(entry_set) == 64);
  static entry* find(entry_set& in, std::uint64_t key) noexcept;
  static entry* replace(entry_set& in, std::uint64_t key, std::int64_t now) noexcept;

  token_rate rate_;
  std::vector<entry_set> sets_;
  token_bucket shared_;
};

}  // namespace sidecar
