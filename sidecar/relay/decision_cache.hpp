#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/trace_context.hpp"
#include "sidecar/relay/kept_marks.hpp"

namespace sidecar {

/// What was decided about traces, for spans that come late: of fixed size, the oldest is forgotten
/// first; memory is taken as it fills. Not thread-safe.
class decision_cache {
 public:
  /// `size` is at least 1.
  explicit decision_cache(std::size_t size) : size_(size) {}
  /// Kept stays kept: a later local root of the trace cannot take back what was sent.
  void put(const core::trace_id& trace, bool kept);
  std::optional<bool> find(const core::trace_id& trace) const;
  std::size_t size() const noexcept { return order_.size(); }

 private:
  std::size_t size_;
  std::size_t next_ = 0;  // the oldest, once `order_` is full
  std::vector<core::trace_id> order_;
  std::unordered_map<core::trace_id, bool, trace_hash> kept_;
};

}  // namespace sidecar
