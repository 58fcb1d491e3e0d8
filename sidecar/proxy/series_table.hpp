#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sidecar {

/// What was resolved for a key, found with one multiplication and mostly one comparison. Open
/// addressing over a power of two, at most half full, up to `bound` entries: keys come from
/// requests, so their number must end somewhere. Allocates only when a key is new.
template <class Value>
class series_table {
 public:
  static constexpr std::size_t default_bound = 4096;
  explicit series_table(std::size_t bound = default_bound) : bound_(bound), slots_(16) {}

  /// Null for a key that was not added; a key is not 0. Good until the next `add`.
  Value* find(std::uint64_t key) noexcept {
    for (std::size_t i = place(key);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].key == key) return &slots_[i].value;
      if (slots_[i].key == 0) return nullptr;
    }
  }
  bool full() const noexcept { return count_ == bound_; }
  std::size_t size() const noexcept { return count_; }
  /// Adds a key that is not there; the table must not be full.
  Value& add(std::uint64_t key, Value value) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    ++count_;
    return put(key, std::move(value));
  }

 private:
  struct slot {
    std::uint64_t key = 0;
    Value value{};
  };
  std::size_t place(std::uint64_t key) const noexcept {
    return (key * 0x9e3779b97f4a7c15u >> 32) & (slots_.size() - 1);
  }
  Value& put(std::uint64_t key, Value value) {
    std::size_t i = place(key);
    while (slots_[i].key != 0) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {key, std::move(value)};
    return slots_[i].value;
  }
  void grow() {
    std::vector<slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (slot& s : old)
      if (s.key != 0) put(s.key, std::move(s.value));
  }

  std::size_t bound_;
  std::size_t count_ = 0;
  std::vector<slot> slots_;
};

}  // namespace sidecar
