#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exemplar_book.hpp"
#include "core/span.hpp"

namespace core {

class exposition_writer;

/// Why spans were dropped; the label values of `remora_spans_dropped_total`.
enum class drop_reason {
  queue_full,
  rejected,
  retry_exhausted,
  unreachable,
  no_backend,
  invalid,
  shutdown,
  spool_full,
  spool_expired,
  spool_damaged,
  not_sampled  ///< held for a decision, which was not to keep them
};
const char* to_label(drop_reason reason) noexcept;
inline constexpr int drop_reason_count = 11;

/// The ledger of spans: received + recovered = exported + dropped{reason} + queued + spooled holds
/// in every `snapshot`.
struct span_ledger {
  std::uint64_t received = 0;
  std::uint64_t recovered = 0;
  std::uint64_t exported = 0;
  std::uint64_t dropped[drop_reason_count] = {};
  std::uint64_t queued = 0;
  std::uint64_t spooled = 0;

  std::uint64_t dropped_total() const noexcept;
  bool balanced() const noexcept;
};

/// An OTLP ExportTraceServiceRequest body (protobuf, uncompressed) with the number of its spans.
/// Bodies concatenate: a body is a repeated field of ResourceSpans.
struct span_batch {
  std::string body;
  std::uint64_t spans = 0;
  std::vector<exemplar_candidate> exemplars = {};  ///< of our own spans in it
};

/// Where spans are that have neither arrived nor been dropped.
enum class span_stock { queue, spool };
/// Sees every span that a sink takes, whether a backend wants it or not. Called on the thread that
/// gives the span, outside of the sink's lock.
class span_tap {
 public:
  virtual ~span_tap() = default;
  virtual void add(const span& s) = 0;
  /// The body of a `span_batch`.
  virtual void add(std::string_view otlp_request_body) = 0;
};

/// Takes spans of this process and batches relayed for others, keeps them in a bounded queue until
/// the sender takes them, and owns the ledger. Thread-safe; a call holds a mutex for a push only.
class span_sink {
 public:
  /// `service` and friends become the resource of our own spans (OTel resource conventions).
  /// `limit` bounds queued spans; `backend` false means that nothing will ever send them: spans
  /// are then dropped as `no_backend` at once.
  span_sink(std::string service, std::string version, std::string instance, std::size_t limit,
            bool backend);

  /// Has `tap` see what is accepted from now on; set before there are spans, outlives them.
  void set_tap(span_tap* tap) noexcept { tap_ = tap; }

  /// Takes one finished span; nullopt when accepted, otherwise why it was dropped.
  std::optional<drop_reason> accept(span&& s);
  /// Takes a validated batch of another program's spans.
  std::optional<drop_reason> accept(span_batch&& batch);
  /// Counts spans that were received but are not worth keeping.
  void refuse(std::uint64_t spans, drop_reason reason);

  /// Spans that wait elsewhere until it is decided whether they are kept: received, and `queued` in
  /// the ledger, but neither bounded by `limit` nor seen by the sender. Whoever holds them bounds
  /// them, and gives each away once, by `release` or `discard`.
  void hold(std::uint64_t spans);
  /// Held spans that are kept: from here on as if they were accepted now.
  std::optional<drop_reason> release(span&& s);
  std::optional<drop_reason> release(span_batch&& batch);
  /// Held spans that are not.
  void discard(std::uint64_t spans, drop_reason reason);

  /// The sender's side: moves up to about `max_spans` spans out as one encoded batch. They remain
  /// `queued` in the ledger until one of the two calls below. One relayed batch comes along even
  /// when it goes beyond `max_spans`.
  span_batch take(std::size_t max_spans);
  void exported(std::uint64_t spans, span_stock from = span_stock::queue);
  void dropped(std::uint64_t spans, drop_reason reason, span_stock from = span_stock::queue);
  /// Or it goes back to be taken again, first of the relayed ones.
  void give_back(span_batch&& batch);
  /// Or it was written to the spool: from now on it is `spooled`.
  void spooled(std::uint64_t spans);
  /// Spans that were found in the spool at start-up.
  void recovered(std::uint64_t spans);

  /// Where spans are shown that are kept here; before the first span. It outlives the sink.
  void show_in(exemplar_book& book) noexcept { book_ = &book; }

  /// Queued and not yet taken.
  std::size_t waiting() const;
  span_ledger snapshot() const;
  /// Writes the ledger's metric families.
  void write_metrics(exposition_writer& out) const;

 private:
  // These book spans, under the lock.
  std::optional<drop_reason> admit(std::uint64_t spans, bool valid);
  void unhold(std::uint64_t spans) noexcept;
  std::uint64_t& stock(span_stock from) noexcept;

  span_tap* tap_ = nullptr;
  mutable std::mutex mutex_;
  std::string resource_;  // encoded once
  std::deque<span> own_;
  std::deque<span_batch> relayed_;
  std::uint64_t waiting_ = 0;
  std::uint64_t held_ = 0;  // part of the ledger's `queued`
  std::size_t limit_;
  bool backend_;
  exemplar_book* book_ = nullptr;
  span_ledger ledger_;
};

}  // namespace core
