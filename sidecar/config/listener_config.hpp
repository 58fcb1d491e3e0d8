#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
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

/// What inbound and outbound listeners have in common.
struct listener_config {
  std::string name;
  core::address listen;
  core::address upstream;
  core::duration timeout = 15s;
  core::duration idle_timeout = 75s;
  core::duration body_timeout = 60s;
  std::vector<route_config> routes;

  template <class T>
  static void describe_common(core::fields<T>& f) {
    f.required("name", &T::name, "Name of the listener, in logs and metrics.");
    f.required("listen", &T::listen, "Address to accept on.");
    f.required("upstream", &T::upstream, "Where requests go.");
    f.optional("timeout", &T::timeout, "Timeout of requests that match no route.")
        .range(core::duration(1ms), core::duration(1h));
    f.optional("idle_timeout", &T::idle_timeout, "How long a client connection may be idle.")
        .range(core::duration(100ms), core::duration(1h));
    f.optional("body_timeout", &T::body_timeout, "Longest pause while a body is streamed.")
        .range(core::duration(100ms), core::duration(1h));
    f.optional("routes", &T::routes,
               "Routes with labels and thresholds of their own; other requests are `other`.");
  }
};

struct inbound_config : listener_config {
  std::optional<server_tls_config> tls;
  trust_level trust = trust_level::strangers;
  bool expose_server_timing = false;

  static void describe(core::fields<inbound_config>& f) {
    describe_common(f);
    f.optional("tls", &inbound_config::tls, "TLS towards clients.");
    f.optional("trust", &inbound_config::trust,
               "`peers` takes the callers' sampled flag and synthetic mark at their word; needs "
               "tls.client_ca.");
    f.optional(
        "expose_server_timing", &inbound_config::expose_server_timing,
        "Pass the application's own Server-Timing on to everyone, not to verified probes only.");
    f.check(check);
  }
  static void check(const inbound_config& value, const core::node& from, core::reading& r);
};

struct outbound_config : listener_config {
  std::optional<client_tls_config> tls;

  static void describe(core::fields<outbound_config>& f) {
    describe_common(f);
    f.optional("tls", &outbound_config::tls, "TLS towards the upstream.");
  }
};

}  // namespace sidecar
