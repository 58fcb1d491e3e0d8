#include "core/exemplar_book.hpp"

#include "core/span.hpp"

namespace core {

exemplar_candidate candidate_of(const span& s) noexcept {
  return {s.observed, s.context.trace, s.context.span, s.end};
}

void exemplar_book::publish(const exemplar_candidate& candidate) {
  const auto& seen = candidate.seen;
  if (!seen || candidate.unix_nanos == 0) return;
  const auto gone = forgotten_.find(seen.cell);
  if (gone != forgotten_.end() && candidate.unix_nanos <= gone->second) return;
  auto& buckets = published_[seen.cell];
  // Not by the cell's own table: the cell may have gone.
  if (buckets.size() <= seen.bucket) buckets.resize(seen.bucket + 1);
  bucket_exemplar& shown = buckets[seen.bucket];
  if (candidate.unix_nanos <= shown.unix_nanos) return;
  shown = {candidate.trace, candidate.span, seen.value, candidate.unix_nanos};
  any_.store(true, std::memory_order_release);
}

void exemplar_book::acknowledged(std::span<const exemplar_candidate> candidates) {
  if (candidates.empty() || mode_.load(std::memory_order_relaxed) == exemplar_mode::off) return;
  const std::lock_guard lock(mutex_);
  for (const auto& candidate : candidates) publish(candidate);
}

void exemplar_book::kept(const span& s) {
  if (!s.observed || mode_.load(std::memory_order_relaxed) != exemplar_mode::local) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock) publish(candidate_of(s));
}

void exemplar_book::forget(const histogram_cell& cell, std::uint64_t unix_nanos) {
  const std::lock_guard lock(mutex_);
  published_.erase(&cell);
  forgotten_[&cell] = unix_nanos;
}

exemplar_book::reading exemplar_book::read() const {
  reading out;
  if (!any_.load(std::memory_order_acquire)) return out;
  out.lock_ = std::unique_lock(mutex_);
  out.book_ = this;
  return out;
}

std::span<const bucket_exemplar> exemplar_book::reading::of(
    const histogram_cell& cell) const noexcept {
  if (!book_) return {};
  const auto found = book_->published_.find(&cell);
  if (found == book_->published_.end()) return {};
  return found->second;
}

}  // namespace core
