#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "core/metrics_shard.hpp"

/// The inside of a shard, for the shard and for `shard_source` only.
namespace core {

using metric_cell = std::variant<std::monostate, counter_cell, gauge_cell, histogram_cell>;

/// One series: labels as rendered, and the cell its owner writes. Never moves.
struct metrics_shard::series {
  std::string labels;
  metric_cell cell;

  series(std::string rendered, const group& of);
};

/// The series of one family, in order of their resolution.
struct metrics_shard::group {
  metric_family family;
  bucket_table buckets;
  std::deque<series> all;
  std::unordered_map<std::string_view, series*> by_labels;  // keys are the series' own labels

  explicit group(const metric_family& f) : family(f), buckets(f.bounds) {
    family.bounds = buckets.bounds();  // the caller's may go
  }
};

inline metrics_shard::series::series(std::string rendered, const group& of)
    : labels(std::move(rendered)) {
  switch (of.family.type) {
    case metric_type::counter: cell.emplace<counter_cell>(); return;
    case metric_type::gauge: cell.emplace<gauge_cell>(); return;
    case metric_type::histogram: cell.emplace<histogram_cell>(of.buckets); return;
    case metric_type::summary:
    case metric_type::unknown: break;
  }
  throw std::logic_error("a shard has no such type: " + std::string(of.family.name));
}

}  // namespace core
