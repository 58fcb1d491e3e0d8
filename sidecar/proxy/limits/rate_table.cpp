#include "sidecar/proxy/limits/rate_table.hpp"

#include <bit>

namespace sidecar {

rate_table::rate_table(token_rate rate, std::size_t clients)
    : rate_(rate), sets_(std::bit_ceil((clients + ways - 1) / ways)) {}

rate_table::entry* rate_table::find(entry_set& in, std::uint64_t key) noexcept {
  for (entry& e : in.all)
    if (e.key.load(std::memory_order_relaxed) == key) return &e;
  return nullptr;
}

rate_table::entry* rate_table::replace(entry_set& in, std::uint64_t key,
                                       std::int64_t now) noexcept {
  entry* idle = nullptr;
  for (entry& e : in.all)
    if (e.bucket.full_at() <= now && (!idle || e.bucket.full_at() < idle->bucket.full_at()))
      idle = &e;
  if (!idle) return nullptr;
  // Its old client may take a token at the same moment: then the new one has one token less, once.
  std::uint64_t old = idle->key.load(std::memory_order_relaxed);
  const bool ours = idle->key.compare_exchange_strong(old, key, std::memory_order_relaxed);
  return ours ? idle : find(in, key);
}

rate_table::answer rate_table::take(std::uint64_t key, std::int64_t now) noexcept {
  if (key == 0) key = 1;
  entry_set& in = sets_[key & (sets_.size() - 1)];
  entry* mine = find(in, key);
  if (!mine) mine = replace(in, key, now);
  if (mine) return {mine->bucket.take(rate_, now), false};
  return {shared_.take(rate_, now), true};
}

}  // namespace sidecar
