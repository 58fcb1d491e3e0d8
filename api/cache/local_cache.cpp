#include "api/cache/local_cache.hpp"

namespace api {

const local_cache::entry* local_cache::find(std::string_view isin, core::instant now) {
  const auto found = entries_.find(isin);
  if (found == entries_.end() || now >= found->second->kept.until) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return &found->second->kept;
}

void local_cache::put(std::string_view isin, entry e) {
  if (const auto found = entries_.find(isin); found != entries_.end()) {
    found->second->kept = std::move(e);
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return;
  }
  if (entries_.size() >= limit_) {
    entries_.erase(by_use_.back().isin);
    by_use_.pop_back();
  }
  by_use_.push_front({std::string(isin), std::move(e)});
  entries_.emplace(by_use_.front().isin, by_use_.begin());
}

void local_cache::forget(std::string_view isin) {
  const auto found = entries_.find(isin);
  if (found == entries_.end()) return;
  const place at = found->second;
  entries_.erase(found);
  by_use_.erase(at);
}

}  // namespace api
