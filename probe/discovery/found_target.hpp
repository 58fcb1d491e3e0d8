#pragma once

#include <map>
#include <string>

#include "core/config_types.hpp"
#include "probe/format/endpoint.hpp"
#include "probe/format/target_sources.hpp"

namespace probe {

/// A target as its source knows it.
struct found_target {
  core::address address;
  std::string name;  ///< "": the address
  std::map<std::string, std::string> labels;

  friend bool operator==(const found_target&, const found_target&) = default;
};

/// What a run about it knows. The label `__scheme__` (`http` or `https`) comes before `scheme`,
/// `__address__` and other labels that begin with `__` are left out, as Prometheus does. Pure.
endpoint endpoint_of(const found_target& target, endpoint_scheme scheme);

}  // namespace probe
