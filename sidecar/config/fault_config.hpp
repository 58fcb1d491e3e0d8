#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

using namespace std::chrono_literals;

struct listener_config;
struct sidecar_config;

/// A header that a verified probe asks for a fault with.
struct fault_header_config {
  std::string name;
  std::string value;

  static void describe(core::fields<fault_header_config>& f) {
    f.required("name", &fault_header_config::name, "The header's name.");
    f.optional("value", &fault_header_config::value, "Its value; empty: any.");
    f.check(check);
  }
  static void check(const fault_header_config& value, const core::node& from, core::reading& r);
};

/// One fault of a drill: what happens, and to which requests.
struct fault_config {
  std::string route;
  std::optional<core::duration> delay;
  std::optional<std::int64_t> abort;
  bool reset = false;
  std::optional<double> percent;
  std::optional<std::int64_t> every;
  std::optional<std::int64_t> count;
  bool probes_only = false;
  std::optional<fault_header_config> header;

  static void describe(core::fields<fault_config>& f) {
    f.optional("route", &fault_config::route,
               "A route of the listener as it is written there, or `other`; empty: all.");
    f.optional("delay", &fault_config::delay, "The application takes this much longer.")
        .range(core::duration(1ms), core::duration(1h));
    f.optional("abort", &fault_config::abort, "The application answers this status.")
        .range<std::int64_t>(200, 599);
    f.optional("reset", &fault_config::reset,
               "The application closes the connection without an answer.");
    f.optional("percent", &fault_config::percent, "Share of the requests, by chance.")
        .range(0.0, 100.0);
    f.optional("every", &fault_config::every, "Every n-th of the requests.")
        .range<std::int64_t>(1, 1'000'000'000);
    f.optional("count", &fault_config::count, "How often in all; absent: without end.")
        .range<std::int64_t>(1, 1'000'000'000);
    f.optional("probes_only", &fault_config::probes_only, "Only requests of verified probes.");
    f.optional("header", &fault_config::header,
               "Only requests of verified probes with this header.");
    f.check(check);
  }
  static void check(const fault_config& value, const core::node& from, core::reading& r);
};

/// What POST /faults is told: the faults of one listener, or of all.
struct fault_request {
  std::string listener;
  std::vector<fault_config> faults;

  static void describe(core::fields<fault_request>& f) {
    f.optional("listener", &fault_request::listener, "Name of a listener; empty: all.");
    f.required("faults", &fault_request::faults, "Its faults from now on; [] for none.");
  }
};

/// Reports faults for routes that the listener does not have.
void check_fault_routes(const listener_config& value, const core::node& from, core::reading& r);

/// Loads the configuration of a sidecar. Without `allow_faults`, faults in the file are problems
/// that name the flag.
sidecar_config load_sidecar_config(const std::string& path, bool allow_faults,
                                   core::problems& found);

}  // namespace sidecar
