#include "sidecar/relay/kept_marks.hpp"

#include <cstring>

namespace sidecar {
namespace {

// Zero is an empty slot.
std::uint64_t fingerprint(const core::trace_id& trace) noexcept {
  const auto hash = hash_of(trace);
  return hash == 0 ? 1 : hash;
}

}  // namespace

// Trace ids are chosen by strangers, so neither half may decide alone where an id goes.
std::uint64_t hash_of(const core::trace_id& trace) noexcept {
  std::uint64_t high = 0, low = 0;
  std::memcpy(&high, trace.bytes.data(), sizeof high);
  std::memcpy(&low, trace.bytes.data() + sizeof high, sizeof low);
  std::uint64_t x = (high ^ high >> 32) * 0xbf58476d1ce4e5b9ULL ^ low;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

void kept_marks::mark(const core::trace_id& trace) noexcept {
  const auto print = fingerprint(trace);
  auto& table = tables_[current_.load(std::memory_order_relaxed)];
  table[print % slots].store(print, std::memory_order_relaxed);
  any_.store(true, std::memory_order_release);
}

bool kept_marks::find(const core::trace_id& trace) const noexcept {
  const auto print = fingerprint(trace);
  for (const auto& table : tables_)
    if (table[print % slots].load(std::memory_order_relaxed) == print) return true;
  return false;
}

void kept_marks::rotate() noexcept {
  if (!any_.load(std::memory_order_relaxed)) return;
  const auto next = 1 - current_.load(std::memory_order_relaxed);
  for (auto& slot : tables_[next]) slot.store(0, std::memory_order_relaxed);
  current_.store(next, std::memory_order_relaxed);
}

}  // namespace sidecar
