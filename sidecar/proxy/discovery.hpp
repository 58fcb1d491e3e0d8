#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>

#include "core/metrics_shard.hpp"
#include "core/resolver.hpp"
#include "sidecar/config/dns_config.hpp"
#include "sidecar/proxy/watched_name.hpp"

namespace sidecar {

/// Finds upstreams by name on one worker: every name is looked up at once and then whenever its TTL
/// is over, never by a request. Counts remora_dns_lookups_total; of the state that all workers have
/// alike, one of them tells (`reports`). Lives on its worker's thread; names that it gave away are
/// not looked up any more once it is gone.
class discovery {
 public:
  /// Throws std::runtime_error for DNS servers that are no addresses.
  discovery(core::worker& w, const dns_config& config, bool reports);
  ~discovery();

  /// The name, looked up as long as it is held; the same one for everybody.
  std::shared_ptr<watched_name> watch(const service_name& name);
  bool reports() const noexcept;

 private:
  class lookups;
  core::worker& worker_;
  std::shared_ptr<lookups> lookups_;
  std::map<std::string, std::weak_ptr<watched_name>> names_;
};

}  // namespace sidecar
