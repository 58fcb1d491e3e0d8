#pragma once

#include <array>
#include <vector>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// The counters that service level indicators read (design, contract 4): every configured route has
/// all its series at 0 from start-up. A request is fast when it is good and took at most the
/// threshold; stale when it is good and its answer says that it is stale (`is_stale`): bad in a
/// quality SLI, good in any other.
class sli_counters {
 public:
  sli_counters(core::metrics_shard& metrics, const listener_settings& listener);
  void after(exchange_record& record);

 private:
  struct side {  // of a route: synthetic or not
    std::array<core::counter_cell*, 3> results{};
    std::vector<core::counter_cell*> fast;  // one a threshold
    core::counter_cell* stale = nullptr;
  };
  const listener_settings* listener_;
  std::vector<std::array<side, 2>> routes_;
};

}  // namespace sidecar
