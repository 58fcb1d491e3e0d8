#include "api/http/serving.hpp"

#include <stdexcept>

namespace api {

core::http_server_limits server_limits(core::duration request_time) {
  core::http_server_limits limits;
  limits.request_time = request_time;
  limits.body = 128 * 1024;
  return limits;
}

void listen_or_throw(core::http_server& server, const core::address& at, core::logger& log) {
  const auto port = server.listen(at);
  if (!port)
    throw std::runtime_error("cannot listen on " + at.to_string() + ": " + port.error().message());
  log.info("listening", {{"address", at.host}, {"port", *port}});
}

}  // namespace api
