#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/observation.hpp"
#include "core/trace_context.hpp"

namespace core {

struct span;

/// When a span may be shown as the exemplar of what it observed: never; when the receiver of spans
/// acknowledged it, so that every exemplar leads to a trace; or as soon as it is kept here, for
/// programs whose traces are looked at in the program itself.
enum class exemplar_mode { off, acknowledged, local };
constexpr auto config_names(exemplar_mode) {
  return std::array{std::pair{"off", exemplar_mode::off},
                    std::pair{"acknowledged", exemplar_mode::acknowledged},
                    std::pair{"local", exemplar_mode::local}};
}

/// A span that could be an exemplar.
struct exemplar_candidate {
  observation seen;
  trace_id trace;
  span_id span;
  std::uint64_t unix_nanos = 0;
};
/// Of a finished span; its `seen` is empty when the span observed nothing.
exemplar_candidate candidate_of(const span& s) noexcept;

/// An exemplar of one bucket; `unix_nanos` is 0 for none.
struct bucket_exemplar {
  trace_id trace;
  span_id span;
  double value = 0;
  std::uint64_t unix_nanos = 0;
};

/// The newest published exemplar of every bucket of every cell. Written by who sends spans, read by
/// the exposition; thread-safe. Observing knows nothing of it. Cells outlive the book's use, or are
/// forgotten by it before they go.
class exemplar_book {
 public:
  explicit exemplar_book(exemplar_mode mode = exemplar_mode::acknowledged) : mode_(mode) {}
  void choose(exemplar_mode mode) noexcept { mode_.store(mode, std::memory_order_relaxed); }

  /// Spans that the receiver took. Published unless the mode is `off`; one that is not newer than
  /// what its bucket has is not.
  void acknowledged(std::span<const exemplar_candidate> candidates);
  /// A span that was kept here. Published in the mode `local` only; never waits: while somebody
  /// reads or writes the book it is left out.
  void kept(const span& s);

  /// Ends the series of a cell that is about to go: what it published is taken back, and spans that
  /// ended until `unix_nanos` publish nothing more for it, nor for a later cell at its place.
  void forget(const histogram_cell& cell, std::uint64_t unix_nanos);

  /// The book, held while this lives.
  class reading {
   public:
    /// By bucket, up to the last that has one; empty when the cell has none.
    std::span<const bucket_exemplar> of(const histogram_cell& cell) const noexcept;
    bool empty() const noexcept { return book_ == nullptr; }

   private:
    friend class exemplar_book;
    std::unique_lock<std::mutex> lock_;
    const exemplar_book* book_ = nullptr;
  };
  /// Costs an atomic load while nothing was ever published.
  reading read() const;

 private:
  void publish(const exemplar_candidate& candidate);  // under the lock

  std::atomic<exemplar_mode> mode_;
  std::atomic<bool> any_{false};
  mutable std::mutex mutex_;
  std::unordered_map<const histogram_cell*, std::vector<bucket_exemplar>> published_;
  std::unordered_map<const histogram_cell*, std::uint64_t> forgotten_;  // until then
};

}  // namespace core
