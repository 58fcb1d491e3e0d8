#pragma once

#include <memory>
#include <optional>

#include "core/metrics_shard.hpp"
#include "core/worker.hpp"

namespace sidecar {

/// Whether to shed, by how long requests wait (after CoDel: a delay that stays above the target for
/// a whole interval is a standing queue, a shorter one a burst). A standing queue sheds a tenth of
/// the requests, each further interval a tenth more up to nine, each one below the target a tenth
/// less. Pure; one a worker.
class shed_decision {
 public:
  shed_decision(core::duration target, core::duration interval) noexcept
      : target_(target), interval_(interval) {}

  /// The delay as it is now; several samples an interval.
  void sample(core::duration delay, core::instant now) noexcept;
  /// Whether the next request is one of those to shed: evenly spread, without chance.
  bool sheds_next() noexcept;
  /// Share that is shed, in tenths.
  int tenths() const noexcept { return tenths_; }

 private:
  static constexpr int most = 9;
  core::duration target_, interval_;
  std::optional<core::instant> since_;  // when the delay crossed the target, or the last step was
  bool above_ = false;
  int tenths_ = 0;
  int debt_ = 0;
};

/// The delay inside the sidecar on one worker: how late its event loop runs, and the shortest wait
/// for a place since the last look. Lives on the worker's thread.
class delay_watch {
 public:
  delay_watch(core::metrics_shard& metrics, std::string_view listener, core::duration target,
              core::duration interval);

  void waited(core::duration d) noexcept {
    if (!shortest_ || d < *shortest_) shortest_ = d;
  }
  void tick(core::duration lateness, core::instant now) noexcept;
  bool sheds_next() noexcept { return decision_.sheds_next(); }

 private:
  shed_decision decision_;
  std::optional<core::duration> shortest_;
  core::histogram_cell* delays_;
};

/// Looks at the loop's lateness every `every` until nobody else holds the watch.
core::task<> watch_delay(core::worker& w, std::weak_ptr<delay_watch> of, core::duration every);

}  // namespace sidecar
