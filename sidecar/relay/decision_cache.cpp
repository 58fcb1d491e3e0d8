#include "sidecar/relay/decision_cache.hpp"

namespace sidecar {

void decision_cache::put(const core::trace_id& trace, bool kept) {
  const auto [at, fresh] = kept_.try_emplace(trace, kept);
  if (!fresh) {
    at->second |= kept;
    return;
  }
  if (order_.size() < size_) {
    order_.push_back(trace);
    return;
  }
  kept_.erase(order_[next_]);
  order_[next_] = trace;
  next_ = (next_ + 1) % size_;
}

std::optional<bool> decision_cache::find(const core::trace_id& trace) const {
  const auto at = kept_.find(trace);
  if (at == kept_.end()) return std::nullopt;
  return at->second;
}

}  // namespace sidecar
