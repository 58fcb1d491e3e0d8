#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"

namespace probe {

enum class endpoint_scheme { http, https };
constexpr auto config_names(endpoint_scheme) {
  return std::array{std::pair{"http", endpoint_scheme::http},
                    std::pair{"https", endpoint_scheme::https}};
}

/// A target that is written down.
struct static_target {
  core::address address;
  std::string name;
  std::map<std::string, std::string> labels;

  static void describe(core::fields<static_target>& f);
  friend bool operator==(const static_target&, const static_target&) = default;
};

/// Targets that DNS knows as a service (RFC 2782).
struct srv_source {
  std::string name;
  std::vector<core::address> servers;
  core::duration min_ttl = std::chrono::seconds(5);
  core::duration max_ttl = std::chrono::minutes(5);

  static void describe(core::fields<srv_source>& f);
  friend bool operator==(const srv_source&, const srv_source&) = default;
};

/// Where the targets of a scenario come from; it runs once for each of them.
struct target_sources {
  std::vector<static_target> listed;
  std::vector<std::string> files;
  std::vector<srv_source> services;
  endpoint_scheme scheme = endpoint_scheme::http;
  std::int64_t max = 100;

  static void describe(core::fields<target_sources>& f);
};

}  // namespace probe
