#pragma once

#include <atomic>
#include <memory>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// Places beside all limits, shared by the workers.
class reserve_places {
 public:
  explicit reserve_places(int places) noexcept : places_(places) {}
  bool take() noexcept {
    int used = used_.load(std::memory_order_relaxed);
    while (used < places_)
      if (used_.compare_exchange_weak(used, used + 1, std::memory_order_relaxed)) return true;
    return false;
  }
  void give_back() noexcept { used_.fetch_sub(1, std::memory_order_relaxed); }
  int used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  int places_;
  std::atomic<int> used_{0};
};

/// Lets verified probes past limits that would refuse them, so that monitoring survives overload: a
/// few at a time, whatever limit it is. Only a synthetic request is (a signature that was verified,
/// here or by a trusted peer); load that stands for users is not signed and gets no place.
class probe_reserve {
 public:
  /// Without limits there is nothing to get past, and `places` is null.
  probe_reserve(core::metrics_shard& metrics, const listener_settings& listener,
                std::shared_ptr<reserve_places> places);

  /// Whether the request may pass although a limit is reached; it has its place until `after`.
  bool take(exchange_record& record) noexcept;
  void after(exchange_record& record) noexcept {
    if (record.limits.reserved) places_->give_back();
  }

 private:
  std::shared_ptr<reserve_places> places_;
  core::counter_cell* taken_ = nullptr;
};

}  // namespace sidecar
