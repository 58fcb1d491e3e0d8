#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/metrics_shard.hpp"

namespace core {

class exposition_writer;

/// How many series a family may have, over everything that is exposed together (the shards of all
/// workers, and whatever else asks before it adds a series). Beyond the limit an observation goes
/// to the family's overflow series, as OpenTelemetry's cardinality limit has it: nothing is lost
/// from sums, and no label of a caller's choosing can make the process grow.
/// Thread-safe; asked only when a series is new, never on a request's path.
class series_budget {
 public:
  static constexpr std::size_t default_limit = 2000;
  /// The labels of an overflow series, as rendered.
  static constexpr std::string_view overflow_labels = R"(otel_metric_overflow="true")";

  /// `limit` is a family's; its overflow series comes on top of it.
  explicit series_budget(std::size_t limit = default_limit) : limit_(limit) {}

  /// Whether a series with these rendered labels may exist; remembered, so that the same one asked
  /// again (by another shard) is the same one. Families that are `fixed` are counted, not refused.
  bool admit(const metric_family& family, std::string_view labels);
  /// For series from now on; those that there are stay.
  void set_limit(std::size_t limit);

  struct usage {
    std::string family;
    std::size_t series = 0;
    std::uint64_t refused = 0;  ///< times that a series was asked for and not given
    bool fixed = false;
  };
  std::size_t limit() const;
  /// Every family that was asked for, by name.
  std::vector<usage> families() const;

  /// `remora_series_limit`; `remora_series{family}` of families that have used half of their limit
  /// (few, and those that matter); `remora_series_refused_total` over all families, there from the
  /// start, so that the first refusal is an increase.
  void write(exposition_writer& out) const;

 private:
  struct family_count {
    std::unordered_set<std::uint64_t> series;  // hashes of labels
    std::uint64_t refused = 0;
    bool fixed = false;
  };
  mutable std::mutex mutex_;
  std::size_t limit_;
  std::uint64_t refused_ = 0;
  std::map<std::string, family_count, std::less<>> families_;
};

}  // namespace core
