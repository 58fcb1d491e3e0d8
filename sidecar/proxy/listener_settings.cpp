#include "sidecar/proxy/listener_settings.hpp"

#include <algorithm>

namespace sidecar {
namespace {

route_settings make_route(const route_config& config, core::duration slow) {
  route_settings out{config.route, config.timeout, config.thresholds, {}, slow};
  if (config.slow) out.slow = *config.slow;
  std::sort(out.thresholds.begin(), out.thresholds.end());
  for (const auto& [status, result] : config.results) out.results.add(status, result);
  out.allow = peer_allow_list(config.allow);
  return out;
}

std::optional<service_name> name_of(const listener_config& config) {
  if (!config.upstream_srv.empty()) return service_name{config.upstream_srv, 0, true};
  core::error_code not_numeric;
  core::asio::ip::make_address(config.upstream.host, not_numeric);
  if (!not_numeric) return std::nullopt;
  // `:3000` is this machine.
  const std::string& host = config.upstream.host;
  return service_name{host.empty() ? "localhost" : host, config.upstream.port, false};
}

std::unique_ptr<listener_settings> make_common(const listener_config& config, direction side,
                                               core::duration slow) {
  auto out = std::make_unique<listener_settings>();
  out->side = side;
  out->name = config.name;
  out->listen = config.listen;
  out->upstream.where = config.upstream;
  out->upstream_name = name_of(config);
  out->upstream_label =
      config.upstream_srv.empty() ? config.upstream.to_string() : config.upstream_srv;
  out->idle_timeout = config.idle_timeout;
  out->body_timeout = config.body_timeout;
  out->tunnel_idle_timeout = config.tunnel_idle_timeout;
  out->head_time = config.head.time;
  out->head_size = static_cast<std::size_t>(config.head.size.bytes);
  out->head_fields = static_cast<std::size_t>(config.head.fields);
  out->pass_deadline = config.pass_deadline;
  out->faults = config.faults;
  for (const auto& route : config.routes) {
    std::uint16_t methods = 0;
    for (const auto& method : route.methods)
      methods = static_cast<std::uint16_t>(methods | (1u << method_index(method)));
    out->table.add(route.route, methods);
    out->routes.push_back(make_route(route, slow));
  }
  out->routes.push_back({"other", config.timeout, {}, {}, slow});
  return out;
}

core::tls_files files_of(const server_tls_config& config) {
  core::tls_files out{config.certificate, config.key, config.client_ca};
  out.client_certificate_optional = config.client_certificate == client_certificate::optional;
  return out;
}

core::tls_files files_of(const client_tls_config& config) {
  return {config.certificate, config.key, config.ca};
}

}  // namespace

std::unique_ptr<const listener_settings> make_settings(const inbound_config& config,
                                                       core::tls_reloader& tls,
                                                       const settings_context& context) {
  auto out = make_common(config, direction::inbound, context.slow);
  out->protection =
      make_protection(config, context.earlier ? context.earlier->protection.get() : nullptr);
  out->trust = config.trust;
  out->expose_server_timing = config.expose_server_timing;
  out->peer_header = config.peer_header;
  if (config.tls) {
    out->allow = peer_allow_list(config.tls->allow);
    out->enforce_allow = config.tls->enforce;
    out->tls = tls.endpoint(core::live_tls::role::server, config.name, files_of(*config.tls));
  }
  return out;
}

std::unique_ptr<const listener_settings> make_settings(const outbound_config& config,
                                                       core::tls_reloader& tls,
                                                       const settings_context& context) {
  auto out = make_common(config, direction::outbound, context.slow);
  out->trust = trust_level::peers;  // whoever reaches a loopback listener is the application itself
  out->expose_server_timing = true;
  if (config.tls) {
    out->upstream_tls =
        tls.endpoint(core::live_tls::role::client, config.name, files_of(*config.tls));
    out->upstream.server_name = config.tls->server_name;
  }
  return out;
}

}  // namespace sidecar
