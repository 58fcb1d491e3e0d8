#pragma once

#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

using namespace std::chrono_literals;

/// How names of upstreams are looked up.
struct dns_config {
  std::vector<core::address> servers{};
  core::duration timeout = 2s;
  core::duration min_ttl = 5s;
  core::duration max_ttl = 5min;

  static void describe(core::fields<dns_config>& f) {
    f.optional("servers", &dns_config::servers,
               "Servers to ask, numeric `host:port`, in order; empty: those of /etc/resolv.conf.");
    f.optional("timeout", &dns_config::timeout,
               "How long a server has to answer; everything is asked twice.")
        .range(core::duration(10ms), core::duration(30s));
    f.optional("min_ttl", &dns_config::min_ttl,
               "Names are looked up again no sooner than this, whatever their TTL says; and after "
               "this when a look-up has failed.")
        .range(core::duration(10ms), core::duration(1h));
    f.optional("max_ttl", &dns_config::max_ttl, "And no later than this.")
        .range(core::duration(10ms), core::duration(24h));
    f.check(check);
  }
  static void check(const dns_config& value, const core::node& from, core::reading& r);

  friend bool operator==(const dns_config&, const dns_config&) = default;
};

/// Why `name` is no name to look up SRV records of; "" when it is one.
std::string check_srv_name(std::string_view name);

}  // namespace sidecar
