#include "core/readiness.hpp"

#include <algorithm>

#include "core/json_text.hpp"

namespace core {

void readiness::condition::report(bool ok) noexcept {
  if (ok) {
    failures_.store(0, std::memory_order_relaxed);
    met_.store(true, std::memory_order_relaxed);
  } else if (failures_.fetch_add(1, std::memory_order_relaxed) + 1 >= tolerance_) {
    met_.store(false, std::memory_order_relaxed);
  }
}

readiness::condition& readiness::add(std::string name, int tolerance) {
  const std::lock_guard lock(mutex_);
  return conditions_.emplace_back(std::move(name), tolerance);
}

bool readiness::ready() const {
  if (draining()) return false;
  const std::lock_guard lock(mutex_);
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [](const condition& c) { return c.met(); });
}

std::string readiness::to_json() const {
  std::string out =
      ready() ? R"({"ready":true,"conditions":{)" : R"({"ready":false,"conditions":{)";
  const std::lock_guard lock(mutex_);
  for (const condition& c : conditions_) {
    if (!out.ends_with('{')) out += ',';
    append_json_string(out, c.name());
    out += c.met() ? ":true" : ":false";
  }
  return out + "}}";
}

}  // namespace core
