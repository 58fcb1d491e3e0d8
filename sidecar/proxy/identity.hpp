#pragma once

#include <optional>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// Admits callers by the names in their verified certificates: a caller must be on the listener's
/// list and on its route's, where there is one. Others get a 403 once the lists are enforced; until
/// then they are only counted, `remora_identity_refused_total{listener,mode="observe"}`. A caller
/// without a certificate is on no list.
class identity {
 public:
  identity(core::metrics_shard& metrics, const listener_settings& listener);
  std::optional<reply> before(exchange_record& record);

 private:
  const listener_settings* listener_;
  core::counter_cell* refused_;
};

}  // namespace sidecar
