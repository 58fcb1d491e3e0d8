#include "sidecar/proxy/limits/protection.hpp"

#include <algorithm>

#include "sidecar/config/listener_config.hpp"
#include "sidecar/proxy/limits/probe_reserve.hpp"

namespace sidecar {
namespace {

bool protects(const inbound_config& config) noexcept {
  const protection_config& p = config.protection;
  return p.concurrency || !p.rates.empty() || p.overload || p.connections ||
         std::any_of(config.routes.begin(), config.routes.end(),
                     [](const route_config& route) { return route.concurrency.has_value(); });
}

std::optional<concurrency_state> make_gate(const std::optional<concurrency_config>& config,
                                           const std::optional<concurrency_state>* earlier) {
  if (!config) return std::nullopt;
  if (earlier && *earlier && (*earlier)->config == *config) return *earlier;
  return concurrency_state{*config,
                           std::make_shared<admission_gate>(config->limit, config->queue.length)};
}

/// Routes are the same across a reload when they stand at the same place.
void make_route_gates(listener_protection& out, const inbound_config& config,
                      const listener_protection* earlier) {
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    const bool known = earlier && i < earlier->routes.size();
    out.routes.push_back(
        make_gate(config.routes[i].concurrency, known ? &earlier->routes[i] : nullptr));
  }
  out.routes.emplace_back();
}

void make_rates(listener_protection& out, const listener_protection* earlier) {
  const auto& rules = out.config.rates;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool same = earlier && i < earlier->rates.size() && earlier->config.rates[i] == rules[i];
    out.rates.push_back(
        same ? earlier->rates[i]
             : std::make_shared<rate_table>(token_rate::of(rules[i].rate, rules[i].burst),
                                            static_cast<std::size_t>(rules[i].clients)));
  }
}

}  // namespace

std::shared_ptr<const listener_protection> make_protection(const inbound_config& config,
                                                           const listener_protection* earlier) {
  if (!protects(config)) return nullptr;
  auto out = std::make_shared<listener_protection>();
  out->config = config.protection;
  out->key = earlier ? earlier->key : hash_key::random();
  out->whole = make_gate(config.protection.concurrency, earlier ? &earlier->whole : nullptr);
  make_route_gates(*out, config, earlier);
  make_rates(*out, earlier);
  out->reserve = earlier && earlier->config.reserve == out->config.reserve
                     ? earlier->reserve
                     : std::make_shared<reserve_places>(static_cast<int>(out->config.reserve));
  if (config.protection.connections)
    out->connections = earlier && earlier->connections ? earlier->connections
                                                       : std::make_shared<client_connections>();
  return out;
}

}  // namespace sidecar
