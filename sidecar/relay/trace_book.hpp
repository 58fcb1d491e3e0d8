#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/span_sink.hpp"
#include "sidecar/config/tracing_config.hpp"
#include "sidecar/relay/decision_cache.hpp"

namespace sidecar {

/// A relayed request's body that spans of several traces wait in; its bytes are counted while
/// anybody holds it. Nothing is cut out of it until a trace is kept: most never are.
class held_body {
 public:
  held_body(std::string text, std::atomic<std::uint64_t>& bytes)
      : text_(std::move(text)), size_(text_.size()), bytes_(&bytes) {
    bytes_->fetch_add(size_, std::memory_order_relaxed);
  }
  ~held_body() { bytes_->fetch_sub(size_, std::memory_order_relaxed); }
  held_body(const held_body&) = delete;
  held_body& operator=(const held_body&) = delete;
  const std::string& text() const noexcept { return text_; }
  /// Gives the text away; for the only holder.
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
  std::uint64_t size_;
  std::atomic<std::uint64_t>* bytes_;
};

/// Is told about every relayed body that is kept, whether or not the sink has room for it, on the
/// thread that decided it (a worker's): thread-safe and quick.
using kept_observer = std::function<void(std::string_view otlp_body)>;

/// In `record: all`, the traces whose local root is in flight with the spans that wait for its
/// decision, and the decisions made lately. Open roots, waiting spans and decisions are looked at
/// under one lock a trace, so that no span falls between them. Thread-safe, sharded by trace; used
/// for no request in `record: sampled`. What waits is `queued` in the sink's ledger.
class trace_book {
 public:
  trace_book(core::span_sink& sink, const trace_hold_config& limits);

  /// Before any thread uses the book.
  void observe(kept_observer observer) { observer_ = std::move(observer); }

  /// A local root begins; `kept` when its head decided already, so that nothing needs to wait.
  void begin(const core::trace_id& trace, bool kept);
  /// It ends with its decision. To keep settles the trace at once; to drop settles it when no
  /// other root of the trace is in flight here.
  void end(const core::trace_id& trace, bool kept);

  /// `unknown`: no root of it is, or lately was, in flight here, so that it is the application's.
  enum class standing { unknown, open, kept, dropped };
  standing look(const core::trace_id& trace) const;

  /// A span of ours: goes to the sink, waits, or is forgotten (it was never received) when the
  /// trace was dropped, or is unknown and not `flagged`.
  void offer(core::span&& s, bool flagged, core::instant now);
  /// `spans` spans of the trace in `body`: when they are to go on now, true; otherwise they wait,
  /// or were counted as dropped: `not_sampled` when late, `queue_full` when nothing more may wait.
  bool place(const core::trace_id& trace, std::uint64_t spans,
             const std::shared_ptr<held_body>& body, core::instant now);
  std::shared_ptr<held_body> hold(std::string body) {
    return std::make_shared<held_body>(std::move(body), bytes_);
  }
  /// Counts spans that go on at once, and shows them to the observer.
  void passed(std::string_view body, std::uint64_t spans);

  /// Drops what has waited for too long, as `queue_full`.
  void sweep(core::instant now);
  /// Drops all that waits, as `shutdown`; nothing waits from then on.
  void close();

  void write_metrics(core::exposition_writer& out) const;

 private:
  struct piece {
    std::shared_ptr<held_body> body;
    std::uint64_t spans;
  };
  struct waiting {
    std::vector<piece> pieces;
    std::vector<core::span> own;
    std::uint64_t spans = 0;
    core::instant since{};
  };
  struct entry {
    int roots = 0;
    waiting held;
  };
  struct shard {
    explicit shard(std::size_t decisions) : decided(decisions) {}
    mutable std::mutex mutex;
    decision_cache decided;
    std::unordered_map<core::trace_id, entry, trace_hash> open;
  };
  enum class outcome { passed, released, discarded, late, overflow, expired };
  static constexpr std::size_t shard_count = 16;
  static constexpr std::size_t outcome_count = 6;

  shard& of(const core::trace_id& trace) const {
    return *shards_[hash_of(trace) >> 60];  // the map inside uses the low bits
  }
  static standing stands(const shard& in, const core::trace_id& trace);
  bool room_for(std::uint64_t spans) const noexcept;
  void add(waiting& to, std::uint64_t spans, core::instant now);
  void release(const core::trace_id& trace, waiting&& held);
  void discard(const waiting& held, core::drop_reason reason, outcome as);
  template <class Which>
  std::vector<waiting> take_if(Which which);
  void count(outcome o, std::uint64_t spans) noexcept {
    outcomes_[static_cast<std::size_t>(o)].fetch_add(spans, std::memory_order_relaxed);
  }

  core::span_sink& sink_;
  trace_hold_config limits_;
  kept_observer observer_;
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> spans_{0}, bytes_{0};
  std::array<std::atomic<std::uint64_t>, outcome_count> outcomes_{};
  std::array<std::unique_ptr<shard>, shard_count> shards_;
};

}  // namespace sidecar
