#include "api/http/serving.hpp"

#include <stdexcept>

namespace api {

void listen_or_throw(core::http_server& server, const core::address& at, core::logger& log) {
  const auto port = server.listen(at);
  if (!port)
    throw std::runtime_error("cannot listen on " + at.to_string() + ": " + port.error().message());
  log.info("listening", {{"address", at.host}, {"port", *port}});
}

}  // namespace api
