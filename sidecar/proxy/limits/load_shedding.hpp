#pragma once

#include <memory>
#include <optional>

#include "sidecar/proxy/limits/delay_watch.hpp"
#include "sidecar/proxy/limits/probe_reserve.hpp"
#include "sidecar/proxy/limits/refusals.hpp"

namespace sidecar {

/// Sheds a share of the requests while they wait too long inside the sidecar: 503. Each worker
/// decides for itself, by its own loop and its own requests' waits, and shares nothing.
class load_shedding {
 public:
  load_shedding(core::worker& w, const listener_settings& listener, probe_reserve reserve);
  std::optional<reply> before(exchange_record& record) {
    if (!watch_) return std::nullopt;
    return check(record);
  }
  /// What the decision looks at; null without this limit.
  const std::shared_ptr<delay_watch>& watch() const noexcept { return watch_; }

 private:
  std::optional<reply> check(exchange_record& record);

  probe_reserve reserve_;
  std::shared_ptr<delay_watch> watch_;
  std::optional<limit_refusals> refusals_;
  core::duration retry_after_{};
};

}  // namespace sidecar
