#pragma once

#include <functional>
#include <string>

#include "core/http_server.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "sidecar/proxy/fault_board.hpp"

namespace core {
class admin;
class logger;
}  // namespace core

namespace sidecar {

/// The faults in force, as YAML that POST /faults takes: one document a listener.
std::string show_faults(const fault_boards& boards);

/// POST /faults: a body as `fault_request` (YAML or JSON) replaces the faults of its listener, or
/// of all; an empty body clears everything. All problems of a bad one are answered 400 with their
/// places, and nothing changes. `routes` says whether a listener has a route of that label.
core::server_response change_faults(
    const fault_boards& boards, std::string_view body,
    const std::function<bool(const std::string& listener, const std::string& route)>& routes,
    core::logger& log);

/// Says loudly what is injected from now on; nothing when nothing is.
void announce_faults(const fault_boards& boards, core::logger& log);

}  // namespace sidecar
