#include "sidecar/proxy/limits/probe_reserve.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family reserved{"remora_limit_reserved_total",
                                       "Verified probes that passed beside a limit.",
                                       core::metric_type::counter};

}  // namespace

probe_reserve::probe_reserve(core::metrics_shard& metrics, const listener_settings& listener,
                             std::shared_ptr<reserve_places> places)
    : places_(std::move(places)) {
  if (places_) taken_ = &metrics.counter(reserved, {{"listener", listener.name}});
}

bool probe_reserve::take(exchange_record& record) noexcept {
  if (record.limits.reserved) return true;
  if (!record.synthetic || record.load || !places_ || !places_->take()) return false;
  record.limits.reserved = true;
  taken_->add();
  return true;
}

}  // namespace sidecar
