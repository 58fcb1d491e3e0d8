#pragma once

#include "core/config_reader.hpp"

namespace sidecar {

struct tracing_config {
  double sample_ratio = 0.01;

  static void describe(core::fields<tracing_config>& f) {
    f.optional("sample_ratio", &tracing_config::sample_ratio,
               "Share of ordinary requests that are traced; verified probes always are.")
        .range(0.0, 1.0);
  }
};

}  // namespace sidecar
