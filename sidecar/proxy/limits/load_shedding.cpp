#include "sidecar/proxy/limits/load_shedding.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {

load_shedding::load_shedding(core::worker& w, const listener_settings& listener,
                             probe_reserve reserve)
    : reserve_(std::move(reserve)) {
  if (!listener.protection || !listener.protection->config.overload) return;
  const protection_config& config = listener.protection->config;
  const overload_config& overload = *config.overload;
  retry_after_ = config.retry_after;
  refusals_.emplace(w.metrics, listener, limit_kind::overloaded, overload.enforce);
  watch_ =
      std::make_shared<delay_watch>(w.metrics, listener.name, overload.target, overload.interval);
  constexpr int looks_an_interval = 4;
  w.start("delay watch", watch_delay(w, watch_, overload.interval / looks_an_interval));
}

std::optional<reply> load_shedding::check(exchange_record& record) {
  if (record.limits.reserved || !watch_->sheds_next() || reserve_.take(record)) return std::nullopt;
  return refusals_->refuse(record, retry_after_);
}

}  // namespace sidecar
