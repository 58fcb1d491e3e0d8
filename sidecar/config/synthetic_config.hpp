#pragma once

#include <vector>

#include "core/config_reader.hpp"
#include "core/probe_signature.hpp"

namespace sidecar {

struct synthetic_config {
  std::vector<core::signing_key> keys;

  static void describe(core::fields<synthetic_config>& f) {
    f.required("keys", &synthetic_config::keys,
               "Keys of probes we know; at most two, the second while keys are rotated.");
    f.check(check);
  }
  static void check(const synthetic_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
