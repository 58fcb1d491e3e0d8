#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "sidecar/config/fault_config.hpp"
#include "sidecar/config/protection_config.hpp"
#include "sidecar/config/route_config.hpp"
#include "sidecar/config/tls_config.hpp"

namespace sidecar {

using namespace std::chrono_literals;

/// Whose word a listener takes for the sampled flag and the synthetic mark.
enum class trust_level { strangers, peers };
constexpr auto config_names(trust_level) {
  return std::array{std::pair{"strangers", trust_level::strangers},
                    std::pair{"peers", trust_level::peers}};
}

/// Limits of a request's head; what exceeds one is answered 431, or closed.
struct head_config {
  core::byte_size size{12 * 1024};
  std::int64_t fields = 96;
  core::duration time = 10s;

  static void describe(core::fields<head_config>& f) {
    f.optional("size", &head_config::size, "Longest head that is accepted, in bytes.")
        .range(core::byte_size{512}, core::byte_size{12 * 1024});
    f.optional("fields", &head_config::fields, "Most header fields.").range<std::int64_t>(1, 96);
    f.optional("time", &head_config::time,
               "Time for the whole head, from its first byte; then the connection is closed.")
        .range(core::duration(10ms), core::duration(5min));
  }
};

/// What inbound and outbound listeners have in common.
struct listener_config {
  std::string name;
  core::address listen;
  core::address upstream;
  std::string upstream_srv{};
  core::duration timeout = 15s;
  core::duration idle_timeout = 75s;
  core::duration body_timeout = 60s;
  core::duration tunnel_idle_timeout = 1h;
  head_config head;
  bool pass_deadline = true;
  std::vector<route_config> routes;
  std::vector<fault_config> faults;

  template <class T>
  static void describe_common(core::fields<T>& f) {
    f.required("name", &T::name, "Name of the listener, in logs and metrics.");
    f.required("listen", &T::listen, "Address to accept on.");
    f.optional("upstream", &T::upstream,
               "Where requests go, `host:port`; a name is looked up again when its TTL is over.");
    f.optional("upstream_srv", &T::upstream_srv,
               "Where requests go, as a DNS SRV name: `_http._tcp.scores.example`. Instead of "
               "`upstream`.");
    f.optional("timeout", &T::timeout, "Timeout of requests that match no route.")
        .range(core::duration(1ms), core::duration(1h));
    f.optional("idle_timeout", &T::idle_timeout, "How long a client connection may be idle.")
        .range(core::duration(100ms), core::duration(1h));
    f.optional("body_timeout", &T::body_timeout, "Longest pause while a body is streamed.")
        .range(core::duration(100ms), core::duration(1h));
    f.optional("tunnel_idle_timeout", &T::tunnel_idle_timeout,
               "Longest pause in both directions of an upgraded connection (WebSocket).")
        .range(core::duration(100ms), core::duration(24h));
    f.optional("head", &T::head, "Limits of a request's head.");
    f.optional("pass_deadline", &T::pass_deadline,
               "Tell the upstream in remora-timeout-ms how much time is left for its answer.");
    f.optional("faults", &T::faults, "Faults of a drill; needs --allow-faults.");
    f.optional("routes", &T::routes,
               "Routes with labels and thresholds of their own; other requests are `other`.");
  }
};

struct inbound_config : listener_config {
  std::optional<server_tls_config> tls;
  trust_level trust = trust_level::strangers;
  protection_config protection;
  bool expose_server_timing = false;
  std::string peer_header = "remora-peer";

  static void describe(core::fields<inbound_config>& f) {
    describe_common(f);
    f.optional("tls", &inbound_config::tls, "TLS towards clients.");
    f.optional(
        "trust", &inbound_config::trust,
        "`peers` takes the callers' sampled flag, synthetic mark and deadline at their word; needs "
        "tls.client_ca.");
    f.optional("protection", &inbound_config::protection,
               "Limits; each only counts what it would refuse until it is enforced.");
    f.optional(
        "expose_server_timing", &inbound_config::expose_server_timing,
        "Pass the application's own Server-Timing on to everyone, not to verified probes only.");
    f.optional("peer_header", &inbound_config::peer_header,
               "Header that tells the application who called, by the caller's certificate; never "
               "taken from a client.");
    f.check(check);
  }
  static void check(const inbound_config& value, const core::node& from, core::reading& r);
};

struct outbound_config : listener_config {
  std::optional<client_tls_config> tls;

  static void describe(core::fields<outbound_config>& f) {
    describe_common(f);
    f.optional("tls", &outbound_config::tls, "TLS towards the upstream.");
    f.check(check);
  }
  static void check(const outbound_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
