#include <optional>
#include <unordered_map>

#include "core/exposition.hpp"
#include "core/metrics_shard_series.hpp"

namespace core {
namespace {

void read_buckets(const histogram_cell& cell, std::vector<std::uint64_t>& out) {
  out.resize(cell.table().bounds().size() + 1);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = cell.bucket(i);
}

/// Writes one cell as it is: nothing to add up.
struct cell_writer {
  exposition_writer& out;
  const exemplar_book::reading& book;
  std::string_view labels;
  std::vector<std::uint64_t>& buckets;  // reused from series to series

  void operator()(std::monostate) const {}
  void operator()(const counter_cell& c) const {
    out.counter(labels, static_cast<double>(c.value()));
  }
  void operator()(const gauge_cell& g) const { out.gauge(labels, g.value()); }
  void operator()(const histogram_cell& h) const {
    read_buckets(h, buckets);
    out.histogram(labels, h.table().bounds(), buckets, h.sum(), book.of(h));
  }
};

/// A series added up over shards.
struct sum {
  std::string_view labels;
  std::uint64_t count = 0;  // of a counter
  double value = 0;         // of a gauge; the sum of a histogram
  std::vector<std::uint64_t> buckets = {};
  std::vector<bucket_exemplar> exemplars = {};

  void operator()(std::monostate) {}
  void operator()(const counter_cell& c) { count += c.value(); }
  void operator()(const gauge_cell& g) { value += g.value(); }
  void operator()(const histogram_cell& h) {
    buckets.resize(h.table().bounds().size() + 1);
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += h.bucket(i);
    value += h.sum();
  }

  /// The newest ones are shown.
  void add(std::span<const bucket_exemplar> more) {
    if (exemplars.size() < more.size()) exemplars.resize(more.size());
    for (std::size_t i = 0; i < more.size(); ++i)
      if (more[i].unix_nanos > exemplars[i].unix_nanos) exemplars[i] = more[i];
  }

  void write(exposition_writer& out, const metric_family& family) const {
    switch (family.type) {
      case metric_type::counter: out.counter(labels, static_cast<double>(count)); break;
      case metric_type::gauge: out.gauge(labels, value); break;
      case metric_type::histogram:
        out.histogram(labels, family.bounds, buckets, value, exemplars);
        break;
      case metric_type::summary:
      case metric_type::unknown: break;
    }
  }
};

/// The sums of a family, in order of first resolution.
struct family_sums {
  metric_family family;
  std::vector<sum> sums;
  std::unordered_map<std::string_view, std::size_t> by_labels;

  sum& of(std::string_view labels) {
    const auto [known, added] = by_labels.emplace(labels, sums.size());
    if (added) sums.push_back({labels});
    return sums[known->second];
  }
};

/// What a shard has of one family at one moment. Cells and labels never move or go, so that views
/// are good without the shard's lock.
struct series_view {
  std::string_view labels;
  const metric_cell* cell;
};
struct family_view {
  metric_family family;
  std::vector<series_view> series;
};

void write_directly(const std::vector<family_view>& families, const exemplar_book::reading& book,
                    exposition_writer& out) {
  std::vector<std::uint64_t> buckets;
  for (const family_view& view : families) {
    if (!out.family(view.family)) continue;
    for (const series_view& s : view.series) {
      std::visit(cell_writer{out, book, s.labels, buckets}, *s.cell);
    }
  }
}

void write_sums(const std::vector<std::vector<family_view>>& shards,
                const exemplar_book::reading& book, exposition_writer& out) {
  std::vector<family_sums> all;
  std::unordered_map<std::string_view, std::size_t> by_name;
  for (const auto& families : shards) {
    for (const family_view& view : families) {
      const auto [known, added] = by_name.emplace(view.family.name, all.size());
      if (added) all.push_back({view.family, {}, {}});
      for (const series_view& s : view.series) {
        sum& to = all[known->second].of(s.labels);
        std::visit(to, *s.cell);
        const auto* h = book.empty() ? nullptr : std::get_if<histogram_cell>(s.cell);
        if (h) to.add(book.of(*h));
      }
    }
  }
  for (const family_sums& f : all) {
    if (!out.family(f.family)) continue;
    for (const sum& s : f.sums) s.write(out, f.family);
  }
}

}  // namespace

void shard_source::write(exposition_writer& out) const {
  std::vector<std::vector<family_view>> shards;
  for (const metrics_shard* shard : shards_) {
    // Held for looking only: a worker that resolves a series never waits for the rendering.
    const std::lock_guard lock(shard->mutex_);
    auto& families = shards.emplace_back();
    for (const auto& group : shard->groups_) {
      family_view& view = families.emplace_back(family_view{group->family, {}});
      view.series.reserve(group->all.size());
      for (const auto& s : group->all) view.series.push_back({s.labels, &s.cell});
    }
  }
  const bool wanted = book_ && out.format() == exposition_format::openmetrics;
  const auto book = wanted ? book_->read() : exemplar_book::reading();
  if (shards.size() == 1) {
    write_directly(shards.front(), book, out);
  } else {
    write_sums(shards, book, out);
  }
}

}  // namespace core
