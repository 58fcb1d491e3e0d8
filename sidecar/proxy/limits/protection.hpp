#pragma once

#include <memory>
#include <vector>

#include "sidecar/config/protection_config.hpp"
#include "sidecar/proxy/limits/admission_gate.hpp"
#include "sidecar/proxy/limits/client_connections.hpp"
#include "sidecar/proxy/limits/keyed_hash.hpp"
#include "sidecar/proxy/limits/rate_table.hpp"

namespace sidecar {

struct inbound_config;
class reserve_places;

/// A concurrency limit: its configuration, and the places that all workers share.
struct concurrency_state {
  concurrency_config config;
  std::shared_ptr<admission_gate> gate;
};

/// The limits of one listener and what its workers count for them together. Read-only after it was
/// made; what it points to may be used by any thread.
struct listener_protection {
  protection_config config;
  hash_key key;                                          ///< of clients in the rate tables
  std::optional<concurrency_state> whole;                ///< of the listener
  std::vector<std::optional<concurrency_state>> routes;  ///< by index, `other` included
  std::vector<std::shared_ptr<rate_table>> rates;        ///< as config.rates
  std::shared_ptr<reserve_places> reserve;
  std::shared_ptr<client_connections> connections;  ///< null without that limit
};

/// Null when nothing is configured. What is configured as it was `earlier` (null for none) goes on
/// with the same counts; another limit starts to count anew.
std::shared_ptr<const listener_protection> make_protection(const inbound_config& config,
                                                           const listener_protection* earlier);

}  // namespace sidecar
