#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sidecar/proxy/limits/probe_reserve.hpp"
#include "sidecar/proxy/limits/protection.hpp"
#include "sidecar/proxy/limits/refusals.hpp"

namespace sidecar {

/// Token buckets by client, peer or header value: 429 with the seconds until there is a token. A
/// request without the peer or header that a rule counts by is counted by its client's address, so
/// that leaving it out gains nothing. Shared by all workers; about 30 ns a rule.
class rate_limit {
 public:
  rate_limit(core::metrics_shard& metrics, const listener_settings& listener,
             probe_reserve reserve);
  std::optional<reply> before(exchange_record& record) {
    if (rules_.empty()) return std::nullopt;
    return check(record);
  }

 private:
  struct rule {
    const rate_config* config;
    std::shared_ptr<rate_table> table;
    limit_refusals refusals;
  };
  std::optional<reply> check(exchange_record& record);
  std::uint64_t key_of(const rate_config& config, const exchange_record& record) const noexcept;

  std::shared_ptr<const listener_protection> shared_;
  probe_reserve reserve_;
  std::vector<rule> rules_;
  core::counter_cell* crowded_ = nullptr;
};

}  // namespace sidecar
