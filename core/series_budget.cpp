#include "core/series_budget.hpp"

#include <functional>

#include "core/exposition.hpp"

namespace core {
namespace {

constexpr metric_family limit_family{
    "remora_series_limit", "Series that a metric family may have before its overflow series.",
    metric_type::gauge};
constexpr metric_family series_family{
    "remora_series", "Series of metric families that have used half of their limit or more.",
    metric_type::gauge};
constexpr metric_family refused_family{
    "remora_series_refused_total",
    "Series that were asked for beyond the limit; their observations are in the overflow series.",
    metric_type::counter};

}  // namespace

bool series_budget::admit(const metric_family& family, std::string_view labels) {
  if (labels == overflow_labels) return true;
  const std::lock_guard lock(mutex_);
  auto found = families_.find(family.name);
  if (found == families_.end())
    found = families_.emplace(std::string(family.name), family_count{}).first;
  family_count& count = found->second;
  count.fixed = family.fixed;
  // Two series with one hash would be counted as one, which harms nobody.
  const std::uint64_t hash = std::hash<std::string_view>{}(labels);
  if (count.series.contains(hash)) return true;
  if (!count.fixed && count.series.size() >= limit_) {
    ++count.refused;
    ++refused_;
    return false;
  }
  count.series.insert(hash);
  return true;
}

void series_budget::set_limit(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  limit_ = limit;
}

std::size_t series_budget::limit() const {
  const std::lock_guard lock(mutex_);
  return limit_;
}

std::vector<series_budget::usage> series_budget::families() const {
  const std::lock_guard lock(mutex_);
  std::vector<usage> out;
  for (const auto& [name, count] : families_)
    out.push_back({name, count.series.size(), count.refused, count.fixed});
  return out;
}

void series_budget::write(exposition_writer& out) const {
  const std::lock_guard lock(mutex_);
  if (out.family(limit_family)) out.gauge("", static_cast<double>(limit_));
  if (out.family(series_family)) {
    for (const auto& [name, count] : families_) {
      if (count.fixed || count.series.size() * 2 < limit_) continue;
      const std::pair<std::string_view, std::string_view> labels[] = {{"family", name}};
      out.gauge(render_labels(labels), static_cast<double>(count.series.size()));
    }
  }
  if (out.family(refused_family)) out.counter("", static_cast<double>(refused_));
}

}  // namespace core
