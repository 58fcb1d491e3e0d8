#pragma once

#include "core/config_types.hpp"
#include "core/http_server.hpp"
#include "core/log.hpp"

namespace api {

/// The limits of both APIs: the largest body is a batch of scores with room to breathe, and fits,
/// as a message, into any queue.
core::http_server_limits server_limits(core::duration request_time);

/// Opens a server's port and logs it; throws std::runtime_error naming the address when it is not
/// to be had.
void listen_or_throw(core::http_server& server, const core::address& at, core::logger& log);

}  // namespace api
