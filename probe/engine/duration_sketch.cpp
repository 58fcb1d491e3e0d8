#include "probe/engine/duration_sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace probe {
namespace {

constexpr int split_bits = 7;
constexpr std::uint64_t split = 1u << split_bits;

/// Microseconds below `split` have a bucket each; above, the leading `split_bits` + 1 bits decide.
std::size_t bucket_of(std::uint64_t micros) noexcept {
  if (micros < split) return micros;
  const int shift = std::bit_width(micros) - 1 - split_bits;
  return (static_cast<std::size_t>(shift) + 1) * split + (micros >> shift) - split;
}

/// The largest value of a bucket.
std::uint64_t upper_end(std::size_t bucket) noexcept {
  if (bucket < split) return bucket;
  const auto shift = bucket / split - 1;
  return ((bucket % split + split + 1) << shift) - 1;
}

}  // namespace

void duration_sketch::add(core::duration d) {
  const auto micros =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(d).count());
  const auto bucket = bucket_of(static_cast<std::uint64_t>(micros));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  sum_ += d;
  max_ = std::max(max_, d);
}

void duration_sketch::merge(const duration_sketch& other) {
  if (buckets_.size() < other.buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t duration_sketch::at_most(core::duration d) const noexcept {
  if (d >= max_) return count_;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(d).count();
  if (micros < 0) return 0;
  const auto last = std::min(bucket_of(static_cast<std::uint64_t>(micros)) + 1, buckets_.size());
  return std::accumulate(buckets_.begin(), buckets_.begin() + static_cast<std::ptrdiff_t>(last),
                         std::uint64_t{0});
}

core::duration duration_sketch::mean() const noexcept {
  return count_ == 0 ? core::duration{} : sum_ / static_cast<core::duration::rep>(count_);
}

core::duration duration_sketch::quantile(double q) const noexcept {
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank && seen > 0)
      return std::min<core::duration>(std::chrono::microseconds(upper_end(i)), max_);
  }
  return max_;
}

}  // namespace probe
