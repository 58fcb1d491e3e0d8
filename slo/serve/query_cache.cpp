#include "slo/serve/query_cache.hpp"

namespace slo {

const served_body* query_cache::find(std::string_view key, core::instant now) const {
  for (const auto& e : entries_) {
    if (e.key == key) return now < e.until ? &e.body : nullptr;
  }
  return nullptr;
}

const served_body& query_cache::put(std::string key, served_body body, core::instant now) {
  entries_.remove_if([&](const entry& e) { return e.key == key; });
  entries_.push_front({std::move(key), now + fresh_, std::move(body)});
  if (entries_.size() > size_) entries_.pop_back();
  return entries_.front().body;
}

}  // namespace slo
