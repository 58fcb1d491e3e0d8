#include "core/metrics_shard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/exposition.hpp"
#include "core/metrics_shard_series.hpp"
#include "core/series_budget.hpp"

namespace core {

bucket_table::bucket_table(std::span<const double> bounds) : bounds_(bounds.begin(), bounds.end()) {
  if (bounds_.size() > std::numeric_limits<std::uint8_t>::max()) {
    throw std::invalid_argument("a histogram has at most 255 bounds");
  }
  double last = -1;
  for (double& bound : bounds_) {
    if (!std::isfinite(bound) || bound < 0 || bound <= last) {
      throw std::invalid_argument("bounds of a histogram are finite, not negative and ascending");
    }
    last = bound = std::abs(bound);  // -0.0 has no place in the table
  }
  if (bounds_.empty()) return;
  const auto key_of = [](double v) { return std::bit_cast<std::int64_t>(v) >> shift; };
  first_ = key_of(bounds_.front());
  start_.resize(static_cast<std::size_t>(key_of(bounds_.back()) - first_ + 1));
  for (std::size_t i = 0; i < start_.size(); ++i) {
    // The smallest value with this key: no earlier bound can be the answer for any of them.
    const auto low = std::bit_cast<double>((first_ + static_cast<std::int64_t>(i)) << shift);
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), low);
    start_[i] = static_cast<std::uint8_t>(bound - bounds_.begin());
  }
}

metrics_shard::metrics_shard() = default;
metrics_shard::~metrics_shard() = default;

void metrics_shard::limit_by(std::shared_ptr<series_budget> budget) {
  const std::lock_guard lock(mutex_);
  budget_ = std::move(budget);
  for (const auto& g : groups_)
    for (const auto& s : g->all) budget_->admit(g->family, s.labels);
}

metrics_shard::group& metrics_shard::group_of(const metric_family& family) {
  auto found = std::find_if(groups_.begin(), groups_.end(),
                            [&](const auto& g) { return g->family.name == family.name; });
  if (found == groups_.end()) {
    groups_.push_back(std::make_unique<group>(family));
    found = std::prev(groups_.end());
  }
  if ((*found)->family.type != family.type) {
    throw std::logic_error("metric family with two types: " + std::string(family.name));
  }
  return **found;
}

metrics_shard::series& metrics_shard::resolve(const metric_family& family,
                                              metric_label_list labels) {
  std::string rendered = render_labels(labels);
  const std::lock_guard lock(mutex_);
  group& g = group_of(family);
  const auto known = g.by_labels.find(rendered);
  if (known != g.by_labels.end()) return *known->second;
  if (budget_ && !budget_->admit(g.family, rendered)) {
    rendered = series_budget::overflow_labels;
    const auto overflow = g.by_labels.find(rendered);
    if (overflow != g.by_labels.end()) return *overflow->second;
  }
  series& added = g.all.emplace_back(std::move(rendered), g);
  g.by_labels.emplace(added.labels, &added);
  return added;
}

counter_cell& metrics_shard::counter(const metric_family& family, metric_label_list labels) {
  return std::get<counter_cell>(resolve(family, labels).cell);
}
gauge_cell& metrics_shard::gauge(const metric_family& family, metric_label_list labels) {
  return std::get<gauge_cell>(resolve(family, labels).cell);
}
histogram_cell& metrics_shard::histogram(const metric_family& family, metric_label_list labels) {
  return std::get<histogram_cell>(resolve(family, labels).cell);
}

counter_cell& metrics_shard::counter(const metric_family& family, metric_labels labels) {
  return counter(family, metric_label_list(labels.begin(), labels.size()));
}
gauge_cell& metrics_shard::gauge(const metric_family& family, metric_labels labels) {
  return gauge(family, metric_label_list(labels.begin(), labels.size()));
}
histogram_cell& metrics_shard::histogram(const metric_family& family, metric_labels labels) {
  return histogram(family, metric_label_list(labels.begin(), labels.size()));
}

}  // namespace core
