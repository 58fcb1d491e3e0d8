#include "probe/format/phase_limits.hpp"

#include "probe/format/rules.hpp"

namespace probe {

void phase_limits::describe(core::fields<phase_limits>& f) {
  const auto row = [&f](const char* name, std::optional<core::duration> phase_limits::*member,
                        const char* doc) {
    f.optional(name, member, doc).range(shortest_time, longest_time);
  };
  row("resolve", &phase_limits::resolve, "Looking the name up.");
  row("connect", &phase_limits::connect, "Connecting, over all addresses that were tried.");
  row("tls", &phase_limits::tls, "The TLS handshake.");
  row("send", &phase_limits::send, "Sending the request.");
  row("wait", &phase_limits::wait, "From the request's last byte to the answer's first.");
  row("receive", &phase_limits::receive, "From the answer's first byte to its last.");
}

const std::optional<core::duration>& phase_limits::of(phase p) const noexcept {
  switch (p) {
    case phase::resolve: return resolve;
    case phase::connect: return connect;
    case phase::tls: return tls;
    case phase::send: return send;
    case phase::wait: return wait;
    case phase::receive: break;
  }
  return receive;
}

}  // namespace probe
