#include "sidecar/proxy/limits/delay_watch.hpp"

#include <algorithm>
#include <array>

namespace sidecar {
namespace {

constexpr std::array delay_bounds{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1., 2.5};
constexpr core::metric_family delays{
    "remora_limit_delay_seconds",
    "Delay inside the sidecar as load shedding looks at it: the event loop's lateness, or the "
    "shortest wait for a place when that is longer.",
    core::metric_type::histogram, delay_bounds};

}  // namespace

void shed_decision::sample(core::duration delay, core::instant now) noexcept {
  const bool above = delay > target_;
  if (!since_ || above != above_) {
    since_ = now;
    above_ = above;
  }
  if (now - *since_ < interval_) return;
  tenths_ = std::clamp(tenths_ + (above ? 1 : -1), 0, most);
  since_ = now;
}

bool shed_decision::sheds_next() noexcept {
  if (tenths_ == 0) return false;
  debt_ += tenths_;
  if (debt_ < 10) return false;
  debt_ -= 10;
  return true;
}

delay_watch::delay_watch(core::metrics_shard& metrics, std::string_view listener,
                         core::duration target, core::duration interval)
    : decision_(target, interval), delays_(&metrics.histogram(delays, {{"listener", listener}})) {}

void delay_watch::tick(core::duration lateness, core::instant now) noexcept {
  const auto delay = std::max(lateness, shortest_.value_or(core::duration{}));
  shortest_.reset();
  delays_->observe(core::seconds(std::max(delay, core::duration{})));
  decision_.sample(delay, now);
}

core::task<> watch_delay(core::worker& w, std::weak_ptr<delay_watch> of, core::duration every) {
  for (;;) {
    const core::instant due = core::now() + every;
    co_await core::sleep_until(w, due);
    const auto watch = of.lock();
    if (!watch) co_return;
    const core::instant now = core::now();
    watch->tick(now - due, now);
  }
}

}  // namespace sidecar
