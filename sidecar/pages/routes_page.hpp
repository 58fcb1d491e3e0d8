#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/http_server.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "sidecar/proxy/route_learner.hpp"

namespace core {
class exposition;
}

namespace sidecar {

/// What /routes shows: what is configured, by listener, and what was learned.
struct routes_report {
  struct listener {
    std::string name;
    std::vector<std::string> routes;  ///< in the order of configuration, `other` apart
  };
  std::vector<listener> listeners;
  std::vector<route_learner::learned> learned;
  std::vector<std::string> conflicts;
  std::map<std::string, std::uint64_t> refused;   ///< by reason, without what never happened
  std::map<std::string, std::uint64_t> requests;  ///< by route, `other` too
};

/// As YAML: what was learned as `routes:` entries to commit, in an order that matches alike when
/// they are; the rest as comments. Pure, like all here but the handler.
std::string as_yaml(const routes_report& report);
std::string as_json(const routes_report& report);

/// Inbound requests by `http_route`, from an exposition in text format.
std::map<std::string, std::uint64_t> requests_by_route(std::string_view exposition);

/// GET /routes: YAML, or JSON for `Accept: application/json`. All references outlive the handler.
core::http_handler routes_page(proxy& of, const core::exposition& metrics);

}  // namespace sidecar
