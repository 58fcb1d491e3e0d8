#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/observation.hpp"

namespace core {

class series_budget;

/// The last two only come from other sources (a registry, a merge); shards have none.
enum class metric_type { counter, gauge, histogram, summary, unknown };

/// A metric family: name as exposed (a counter's with `_total`), help, type and bucket bounds.
/// Names and helps are constants of the program, defined beside the type that owns them: they
/// outlive every shard. Bounds are copied by the shard that resolves a family first.
struct metric_family {
  std::string_view name;
  std::string_view help;
  metric_type type = metric_type::counter;
  std::span<const double>
      bounds{};  ///< of a histogram: ascending upper bounds in base units, without +Inf
  /// Its series follow from the configuration alone and are never refused by a series budget: what
  /// SLIs read must not end in an overflow series.
  bool fixed = false;
};

/// Label names and values of one series, in the order of exposition.
using metric_labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using metric_label_list = std::span<const std::pair<std::string_view, std::string_view>>;

/// Written by one thread with relaxed stores, read by any; no read-modify-write instruction.
class counter_cell {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class gauge_cell {
 public:
  void set(double v) noexcept { value_.store(v, std::memory_order_relaxed); }
  void add(double v) noexcept { set(value() + v); }
  double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// The bucket of a value without a scan: the bounds become a table indexed by the value's exponent
/// and leading mantissa bits, with at most one comparison left. Shared by all series of a family.
class bucket_table {
 public:
  /// Bounds are finite, not negative, ascending and at most 255; else std::invalid_argument.
  explicit bucket_table(std::span<const double> bounds);
  /// Index of the first bound >= value; `bounds().size()` for +Inf and NaN.
  std::size_t find(double value) const noexcept {
    // An arithmetic shift: the sign makes the key of every negative value, and -0.0, negative.
    const auto key = (std::bit_cast<std::int64_t>(value) >> shift) - first_;
    if (key < 0) return value != value ? bounds_.size() : 0;
    if (key >= static_cast<std::int64_t>(start_.size())) return bounds_.size();
    std::size_t i = start_[static_cast<std::size_t>(key)];
    while (i < bounds_.size() && bounds_[i] < value) ++i;
    return i;
  }
  std::span<const double> bounds() const noexcept { return bounds_; }

 private:
  static constexpr int shift = 50;  // sign, 11 exponent bits, 2 mantissa bits
  std::vector<double> bounds_;
  std::int64_t first_ = 0;
  std::vector<std::uint8_t> start_;
};

class histogram_cell {
 public:
  explicit histogram_cell(const bucket_table& table)
      : table_(&table), buckets_(new counter_cell[table.bounds().size() + 1]) {}
  /// Records a value >= 0 in the family's base unit; says what went where, for who wants to know.
  observation observe(double value) noexcept {
    const std::size_t bucket = table_->find(value);
    buckets_[bucket].add();
    sum_.add(value);
    return {this, bucket, value};
  }
  std::uint64_t bucket(std::size_t i) const noexcept { return buckets_[i].value(); }
  double sum() const noexcept { return sum_.value(); }
  const bucket_table& table() const noexcept { return *table_; }

 private:
  const bucket_table* table_;
  std::unique_ptr<counter_cell[]> buckets_;
  gauge_cell sum_;
};

/// The hot series of one worker. Series are resolved beforehand (a lookup and perhaps an
/// allocation under a mutex) and then written by the owning thread alone; references stay valid for
/// the shard's life. Resolving the same family and labels twice gives the same cell; labels that
/// the budget refuses give the family's overflow series.
class metrics_shard {
 public:
  metrics_shard();
  ~metrics_shard();
  metrics_shard(const metrics_shard&) = delete;
  metrics_shard& operator=(const metrics_shard&) = delete;

  /// From now on new series need the budget's consent; those that there are count towards it. All
  /// shards of a program have one budget, so that it counts what is exposed.
  void limit_by(std::shared_ptr<series_budget> budget);

  counter_cell& counter(const metric_family& family, metric_labels labels = {});
  gauge_cell& gauge(const metric_family& family, metric_labels labels = {});
  histogram_cell& histogram(const metric_family& family, metric_labels labels = {});
  // The same with labels built at run time.
  counter_cell& counter(const metric_family& family, metric_label_list labels);
  gauge_cell& gauge(const metric_family& family, metric_label_list labels);
  histogram_cell& histogram(const metric_family& family, metric_label_list labels);

 private:
  friend class shard_source;
  struct series;
  struct group;
  series& resolve(const metric_family& family, metric_label_list labels);
  group& group_of(const metric_family& family);
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<group>> groups_;
  std::shared_ptr<series_budget> budget_;  // null: no limit
};

}  // namespace core
