#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/config_reader.hpp"
#include "core/program_config.hpp"
#include "sidecar/config/access_log_config.hpp"
#include "sidecar/config/dns_config.hpp"
#include "sidecar/config/listener_config.hpp"
#include "sidecar/config/merge_config.hpp"
#include "sidecar/config/metrics_config.hpp"
#include "sidecar/config/relay_config.hpp"
#include "sidecar/config/synthetic_config.hpp"
#include "sidecar/config/tracing_config.hpp"

/// The configuration of remora-sidecar: values with their defaults and the tables they are read by,
/// one header a subject; this one is the whole file.
namespace sidecar {

struct sidecar_config : core::program_config {
  sidecar_config() { service = "unknown_service"; }

  std::int64_t workers = 1;
  std::vector<inbound_config> inbound;
  std::vector<outbound_config> outbound;
  std::optional<synthetic_config> synthetic;
  tracing_config tracing;
  metrics_config metrics;
  dns_config dns;
  std::optional<relay_config> relay;
  std::optional<merge_config> merge;
  std::optional<access_log_config> access_log;
  core::exemplar_mode exemplars = core::exemplar_mode::acknowledged;
  bool allow_faults = false;  ///< said on the command line, never in the file

  static void describe(core::fields<sidecar_config>& f) {
    describe_program(f);
    f.optional("workers", &sidecar_config::workers, "Threads that carry traffic.")
        .range<std::int64_t>(1, 64);
    f.optional("inbound", &sidecar_config::inbound, "Listeners in front of the application.");
    f.optional("outbound", &sidecar_config::outbound,
               "Listeners through which the application calls others.");
    f.optional("synthetic", &sidecar_config::synthetic, "How probes are recognised.");
    f.optional("tracing", &sidecar_config::tracing, "Which requests are traced.");
    f.optional("metrics", &sidecar_config::metrics, "Buckets, series and learned routes.");
    f.optional("dns", &sidecar_config::dns, "How names of upstreams are looked up.");
    f.optional("otlp", &sidecar_config::otlp, "Where spans are sent; absent: nowhere.");
    f.optional("relay", &sidecar_config::relay, "Receiver for the application's own spans.");
    f.optional("merge", &sidecar_config::merge,
               "The application's own metrics, merged into /metrics.");
    f.optional("access_log", &sidecar_config::access_log,
               "A line a request; absent: none are written.");
    f.optional("exemplars", &sidecar_config::exemplars,
               "Which traces histograms lead to: `acknowledged` by the receiver, kept here "
               "(`local`), or none (`off`).");
    f.check(check);
  }
  static void check(const sidecar_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
