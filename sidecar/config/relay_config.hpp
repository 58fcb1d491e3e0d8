#pragma once

#include <map>
#include <string>

#include "core/config_reader.hpp"

namespace sidecar {

/// How the application's own spans are received.
struct relay_config {
  core::address listen;
  core::byte_size body_limit{20 * 1024 * 1024};
  core::byte_size memory_limit{64 * 1024 * 1024};
  std::map<std::string, std::string> resource;

  static void describe(core::fields<relay_config>& f) {
    f.required("listen", &relay_config::listen,
               "Loopback address of the OTLP/HTTP receiver for the application's spans.");
    f.optional("body_limit", &relay_config::body_limit,
               "Largest request body, also after decompression.")
        .range(core::byte_size{1024}, core::byte_size{1024 * 1024 * 1024});
    f.optional(
         "memory_limit", &relay_config::memory_limit,
         "What the bodies of all requests being received may hold together; beyond it senders are "
         "asked to come back.")
        .range(core::byte_size{1024}, core::byte_size{16LL * 1024 * 1024 * 1024});
    f.optional(
        "resource", &relay_config::resource,
        "Attributes added to the resources of relayed spans that lack them; `${ENV}` takes what "
        "the Kubernetes downward API sets. `service.name` is the sidecar's service unless "
        "given.");
    f.check(check);
  }
  static void check(const relay_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
