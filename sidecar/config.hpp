#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/admin.hpp"
#include "core/config_reader.hpp"
#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/otlp_sender.hpp"
#include "core/probe_signature.hpp"
#include "core/program_config.hpp"

/// The configuration of remora-sidecar: values with their defaults and the table they are read by.
namespace sidecar {

using namespace std::chrono_literals;

/// What a request means to the service level indicators.
enum class sli_result { good, bad, excluded };
constexpr auto config_names(sli_result) {
  return std::array{std::pair{"good", sli_result::good}, std::pair{"bad", sli_result::bad},
                    std::pair{"excluded", sli_result::excluded}};
}

/// Whose word a listener takes for the sampled flag and the synthetic mark.
enum class trust_level { strangers, peers };
constexpr auto config_names(trust_level) {
  return std::array{std::pair{"strangers", trust_level::strangers},
                    std::pair{"peers", trust_level::peers}};
}

struct route_config {
  std::string route;
  std::vector<std::string> methods;
  core::duration timeout = 15s;
  std::vector<core::duration> thresholds;
  std::map<std::string, sli_result> results;

  static void describe(core::fields<route_config>& f) {
    f.required("route", &route_config::route,
               "Template: `/v1/things/{id}`; `{name}` stands for one segment, `{name...}` at the "
               "end for the rest.");
    f.optional("methods", &route_config::methods, "Methods the route is for; empty: all.");
    f.optional("timeout", &route_config::timeout,
               "From the request's head to the head of its answer; then 504.")
        .range(core::duration(1ms), core::duration(1h));
    f.optional("thresholds", &route_config::thresholds,
               "Durations within which a good request counts as fast, one counter each.");
    f.optional(
        "results", &route_config::results,
        "What a status (`404`) or class (`4xx`) counts as, where the default table does not fit.");
    f.check(check);
  }
  static void check(const route_config& value, const core::node& from, core::reading& r);
};

struct server_tls_config {
  std::string certificate, key, client_ca;

  static void describe(core::fields<server_tls_config>& f) {
    f.required("certificate", &server_tls_config::certificate,
               "Certificate chain, PEM, leaf first.");
    f.required("key", &server_tls_config::key, "Its private key, PEM.");
    f.optional("client_ca", &server_tls_config::client_ca,
               "Roots that client certificates must lead to; set, it makes TLS mutual.");
  }
};

struct client_tls_config {
  std::string ca, certificate, key, server_name;

  static void describe(core::fields<client_tls_config>& f) {
    f.optional("ca", &client_tls_config::ca,
               "Roots the server's certificate must lead to; empty: the system's.");
    f.optional("certificate", &client_tls_config::certificate,
               "Our certificate chain, for mutual TLS.");
    f.optional("key", &client_tls_config::key, "Its private key.");
    f.optional("server_name", &client_tls_config::server_name,
               "Name to ask for and verify; empty: the upstream's host.");
  }
};

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

struct synthetic_config {
  std::vector<core::signing_key> keys;

  static void describe(core::fields<synthetic_config>& f) {
    f.required("keys", &synthetic_config::keys,
               "Keys of probes we know; at most two, the second while keys are rotated.");
    f.check(check);
  }
  static void check(const synthetic_config& value, const core::node& from, core::reading& r);
};

struct tracing_config {
  double sample_ratio = 0.01;

  static void describe(core::fields<tracing_config>& f) {
    f.optional("sample_ratio", &tracing_config::sample_ratio,
               "Share of ordinary requests that are traced; verified probes always are.")
        .range(0.0, 1.0);
  }
};

struct relay_config {
  core::address listen;
  core::byte_size body_limit{20 * 1024 * 1024};

  static void describe(core::fields<relay_config>& f) {
    f.required("listen", &relay_config::listen,
               "Loopback address of the OTLP/HTTP receiver for the application's spans.");
    f.optional("body_limit", &relay_config::body_limit,
               "Largest request body, also after decompression.");
    f.check(check);
  }
  static void check(const relay_config& value, const core::node& from, core::reading& r);
};

struct sidecar_config : core::program_config {
  sidecar_config() { service = "unknown_service"; }

  std::int64_t workers = 1;
  std::vector<inbound_config> inbound;
  std::vector<outbound_config> outbound;
  std::optional<synthetic_config> synthetic;
  tracing_config tracing;
  std::optional<relay_config> relay;

  static void describe(core::fields<sidecar_config>& f) {
    describe_program(f);
    f.optional("workers", &sidecar_config::workers, "Threads that carry traffic.")
        .range<std::int64_t>(1, 64);
    f.optional("inbound", &sidecar_config::inbound, "Listeners in front of the application.");
    f.optional("outbound", &sidecar_config::outbound,
               "Listeners through which the application calls others.");
    f.optional("synthetic", &sidecar_config::synthetic, "How probes are recognised.");
    f.optional("tracing", &sidecar_config::tracing, "Which requests are traced.");
    f.optional("otlp", &sidecar_config::otlp, "Where spans are sent; absent: nowhere.");
    f.optional("relay", &sidecar_config::relay, "Receiver for the application's own spans.");
    f.check(check);
  }
  static void check(const sidecar_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
