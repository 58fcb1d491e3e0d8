#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/metrics_shard.hpp"
#include "core/span_sink.hpp"
#include "sidecar/config/tracing_config.hpp"
#include "sidecar/relay/kept_marks.hpp"
#include "sidecar/relay/local_roots.hpp"
#include "sidecar/relay/share_controller.hpp"
#include "sidecar/relay/tail_sampler.hpp"
#include "sidecar/relay/trace_book.hpp"

namespace sidecar {

/// The tracing configuration as the layers of one generation use it.
struct tracing_settings {
  record_mode record = record_mode::sampled;
  rule_modes rules;
  std::vector<std::string> query_keys;  ///< whose values spans may show
};
std::shared_ptr<const tracing_settings> make_settings(const tracing_config& config);

/// Inbound requests in flight on one worker, which alone writes it.
class alignas(64) flight_cell {
 public:
  void enter() noexcept { put(count_.load(std::memory_order_relaxed) + 1); }
  void leave() noexcept { put(count_.load(std::memory_order_relaxed) - 1); }
  bool any() const noexcept { return count_.load(std::memory_order_relaxed) > 0; }

 private:
  void put(int n) noexcept { count_.store(n, std::memory_order_relaxed); }
  std::atomic<int> count_{0};
};

/// What the layers of all workers and the relay share about traces. Lives as long as any of them;
/// the sink outlives it. Thread-safe but for what says otherwise.
class tracing_state {
 public:
  /// `relayed`: spans of the application's come in, so that propagation can be watched.
  tracing_state(core::span_sink& sink, const tracing_config& config, bool relayed);

  /// Takes over the share and the mode of another configuration; the bounds of what is held stay.
  /// On the thread that ticks.
  void adopt(const tracing_config& config);
  bool records_all() const noexcept { return all_.load(std::memory_order_relaxed); }
  bool watches_roots() const noexcept { return watch_.load(std::memory_order_relaxed); }
  std::uint64_t threshold() const noexcept { return threshold_.get(); }

  /// A worker's cells; made before the workers run, found again by a reload.
  flight_cell& flights(const void* worker);
  void add_candidates(const core::counter_cell& cell) { candidates_.insert(&cell); }
  bool any_in_flight() const noexcept;

  /// Once a second or so, always on the same thread: adapts the share, forgets what is old.
  void tick(core::instant now);
  /// Ends the ticking of whoever does it (`keep_house`).
  void stop() noexcept { stopped_.store(true); }
  bool stopped() const noexcept { return stopped_.load(); }
  void write_metrics(core::exposition_writer& out) const;

  kept_marks marks;
  trace_book book;
  local_roots roots;

 private:
  void adapt_share(core::instant now);

  const bool relayed_;
  std::atomic<bool> all_{false}, watch_{false}, stopped_{false};
  share_threshold threshold_;
  std::optional<share_controller> controller_;
  std::optional<double> target_;
  std::atomic<double> ratio_{0};
  std::uint64_t candidates_seen_ = 0;
  core::instant ticked_{}, rotated_{};
  std::map<const void*, std::unique_ptr<flight_cell>> flights_;
  std::set<const core::counter_cell*> candidates_;
};

}  // namespace sidecar
