#pragma once

#include "core/config_reader.hpp"

namespace sidecar {

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

}  // namespace sidecar
