#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/dialer.hpp"
#include "core/tls_reloader.hpp"
#include "sidecar/config/listener_config.hpp"
#include "sidecar/proxy/limits/protection.hpp"
#include "sidecar/proxy/peer_allow_list.hpp"
#include "sidecar/proxy/route.hpp"
#include "sidecar/proxy/service_name.hpp"
#include "sidecar/proxy/sli_classification.hpp"

namespace sidecar {

enum class direction { inbound, outbound };

/// One route as the data path uses it.
struct route_settings {
  std::string label;  ///< the template, or `other`
  core::duration timeout{};
  std::vector<core::duration> thresholds;  ///< ascending
  sli_overrides results;
  core::duration slow = core::duration::max();  ///< longer requests are kept in traces
  peer_allow_list allow{};                      ///< of callers; empty: all
};

/// A listener's configuration resolved once, shared read-only by all workers.
struct listener_settings {
  direction side = direction::inbound;
  std::string name;
  core::address listen;
  core::dial_target upstream;  ///< its context comes from `upstream_tls` at every dial
  std::optional<service_name> upstream_name;  ///< what is to be looked up; none: an address
  std::string upstream_label;
  std::shared_ptr<const core::live_tls> upstream_tls;  ///< towards the upstream; null: plain
  std::shared_ptr<const core::live_tls> tls;           ///< of accepted connections; null: plain
  trust_level trust = trust_level::strangers;
  bool expose_server_timing = false;
  peer_allow_list allow;       ///< of callers of the listener; empty: all
  bool enforce_allow = false;  ///< lists refuse, here and of routes; else they only count
  std::string peer_header = "remora-peer";  ///< who called, for the application
  core::duration idle_timeout{};
  core::duration body_timeout{};
  core::duration tunnel_idle_timeout{};
  core::duration head_time{};
  std::size_t head_size = 0;    ///< bytes, also of an upstream's answer
  std::size_t head_fields = 0;  ///< most of them
  bool pass_deadline = true;    ///< the upstream is told how much time is left
  /// Limits, and what all workers count for them together; null: there are none.
  std::shared_ptr<const listener_protection> protection;
  std::vector<fault_config> faults;  ///< of the file
  route_table table;
  std::vector<route_settings> routes;  ///< one more than the table has: the last is `other`

  int route_of(std::uint8_t method, std::string_view path) const noexcept {
    const int found = table.match(method, path);
    return found < 0 ? static_cast<int>(routes.size()) - 1 : found;
  }
  /// The route's template, configured or learned, else `other`: for labels, never for SLIs.
  std::string_view label_of(const exchange_record& record) const noexcept {
    if (!record.learned_route.empty()) return record.learned_route;
    return routes[static_cast<std::size_t>(record.route)].label;
  }
  /// Whether `label_of` is a template.
  bool has_template(const exchange_record& record) const noexcept {
    return !record.learned_route.empty() ||
           static_cast<std::size_t>(record.route) + 1 < routes.size();
  }
};

/// What settings depend on beside their listener's section.
struct settings_context {
  core::duration slow = core::duration::max();  ///< for routes that say nothing of their own
  /// The same listener's before a reload: limits that stay as they are go on counting.
  const listener_settings* earlier = nullptr;
};

/// Build settings, with the TLS endpoints of `tls`; throw std::runtime_error when their files
/// cannot be used.
std::unique_ptr<const listener_settings> make_settings(const inbound_config& config,
                                                       core::tls_reloader& tls,
                                                       const settings_context& context = {});
std::unique_ptr<const listener_settings> make_settings(const outbound_config& config,
                                                       core::tls_reloader& tls,
                                                       const settings_context& context = {});

}  // namespace sidecar
