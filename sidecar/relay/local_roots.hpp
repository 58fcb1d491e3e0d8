#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"
#include "core/trace_context.hpp"
#include "sidecar/relay/kept_marks.hpp"

namespace core {
class exposition_writer;
}

namespace sidecar {

/// How the application continued the trace of a request; label values.
enum class continuation : std::uint8_t {
  continued,   ///< a span of its is a child of our server span, or a call of its is in the trace
  no_spans,    ///< nothing of the trace came, though spans of other requests did
  no_context,  ///< spans of the trace came, none of them a child of our server span
};
inline constexpr int continuation_count = 3;
const char* to_label(continuation c) noexcept;

/// Requests in flight and finished lately whose sampled flag was on towards the application: only
/// of these can spans be expected. Bounded: while it is full, further requests are not looked at,
/// so that the counters are a sample under load. From it
///   - the request that a relayed span is a child of, for learned routes;
///   - propagation health, judged some seconds after a request's end, because SDKs send in batches:
///     `remora_propagation_requests_total{route,result}`.
/// What cannot be told: an application that begins traces of its own looks like one without spans
/// (`no_spans`; it is told apart by `remora_propagation_foreign_roots_total`); and requests during
/// which no span came at all are not judged, since the application may have no SDK, or be stopped.
/// Thread-safe, sharded by trace.
class local_roots {
 public:
  /// The usual SDK sends every five seconds; what comes later is not waited for.
  static constexpr core::duration grace = std::chrono::seconds(15);

  explicit local_roots(std::size_t most = 8192) : most_a_shard_(most / shard_count) {}

  /// Makes a route's series, at 0.
  void declare(std::string_view route);
  void open(const core::span_context& root, std::uint8_t method, std::string_view path,
            std::string_view route);
  void close(const core::span_context& root, core::instant finished);
  /// A call of the application's came through an outbound listener in this trace.
  void called(const core::trace_id& trace);

  struct request {
    std::uint8_t method = 0;
    std::string path;
  };
  /// A span of the application's came; when its parent is a server span of ours, that request.
  std::optional<request> saw(const core::trace_id& trace, const core::span_id& parent);
  /// A SERVER span without a parent came in a trace that is not ours.
  void saw_foreign_root() noexcept { foreign_.fetch_add(1, std::memory_order_relaxed); }
  bool knows(const core::trace_id& trace) const;
  /// Some spans came, of whatever trace.
  void spans_came(core::instant now) noexcept {
    last_spans_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }

  /// Judges and forgets the requests that finished longer than `grace` ago.
  void sweep(core::instant now);
  std::size_t size() const;
  void write_metrics(core::exposition_writer& out) const;

 private:
  struct entry {
    core::trace_id trace;
    core::span_id span;
    std::uint8_t method = 0;
    std::string path, route;
    bool continued = false;
    bool seen = false;
    core::instant finished{};  // zero while in flight
  };
  struct shard {
    mutable std::mutex mutex;
    std::unordered_multimap<core::trace_id, entry, trace_hash> requests;
  };
  static constexpr std::size_t shard_count = 16;
  static constexpr std::size_t longest_path = 1024;

  shard& of(const core::trace_id& trace) { return shards_[hash_of(trace) >> 60]; }
  const shard& of(const core::trace_id& trace) const { return shards_[hash_of(trace) >> 60]; }
  void judge(const entry& e, core::instant last_spans);

  std::size_t most_a_shard_;
  std::array<shard, shard_count> shards_;
  std::atomic<core::duration::rep> last_spans_{0};
  std::atomic<std::uint64_t> foreign_{0};
  mutable std::mutex counts_mutex_;
  std::map<std::string, std::array<std::uint64_t, continuation_count>, std::less<>> counts_;
};

}  // namespace sidecar
