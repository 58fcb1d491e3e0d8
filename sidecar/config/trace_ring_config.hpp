#pragma once

#include "core/config_reader.hpp"

namespace sidecar {

struct trace_ring_config {
  core::byte_size size{4 * 1024 * 1024};
  std::int64_t traces = 500;

  static void describe(core::fields<trace_ring_config>& f) {
    f.optional("size", &trace_ring_config::size,
               "Memory for the last traces, shown by /traces; 0: none are kept.")
        .range(core::byte_size{0}, core::byte_size{1024 * 1024 * 1024});
    f.optional("traces", &trace_ring_config::traces, "How many traces at most.")
        .range<std::int64_t>(1, 100'000);
  }
};

}  // namespace sidecar
