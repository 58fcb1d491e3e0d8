#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/trace_context.hpp"

namespace sidecar {

/// Traces of which somebody else's part is kept: a callee said so, or a call of the application
/// failed. Read for every request and written for few, by any thread, so without a lock: a table of
/// fingerprints in which a new mark overwrites an old one in its place. A lost mark means that a
/// kept part lacks its parent; a mark is never seen for another trace (64-bit fingerprints). Marks
/// live for one to two `rotate`s.
class kept_marks {
 public:
  void mark(const core::trace_id& trace) noexcept;
  bool contains(const core::trace_id& trace) const noexcept {
    return any_.load(std::memory_order_relaxed) && find(trace);
  }
  /// Forgets the marks of the period before the last one. One thread calls it, about once a minute.
  void rotate() noexcept;

 private:
  static constexpr std::size_t slots = 4096;
  using table = std::array<std::atomic<std::uint64_t>, slots>;

  bool find(const core::trace_id& trace) const noexcept;

  std::atomic<bool> any_{false};
  std::atomic<unsigned> current_{0};
  std::array<table, 2> tables_{};
};

/// A hash of a trace id, equally good in all of its bits.
std::uint64_t hash_of(const core::trace_id& trace) noexcept;

struct trace_hash {
  std::size_t operator()(const core::trace_id& trace) const noexcept { return hash_of(trace); }
};

}  // namespace sidecar
