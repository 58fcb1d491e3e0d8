#include "sidecar/proxy/tunnel.hpp"

#include <boost/asio/as_tuple.hpp>

#include "core/worker.hpp"

namespace sidecar {
namespace {

/// Both directions of one tunnel, on one worker.
struct tunnel {
  core::byte_stream& client;
  core::byte_stream& upstream;
  core::duration idle;
  tunnel_bytes bytes{};
  int open = 2;                 // directions
  core::steady_timer finished;  // never expires: the second direction cancels it

  // Either direction keeps both streams alive: a server that only sends is not idle.
  void touch() {
    const auto until = core::deadline::in(idle, core::now());
    client.expires(until);
    upstream.expires(until);
  }
};

core::task<> relay_direction(core::byte_stream& from, core::byte_stream& to,
                             std::string_view leftover, tunnel& t, std::uint64_t& count) {
  auto sent = co_await to.write(leftover);
  count += leftover.size();
  while (sent) {
    t.touch();
    auto memory = from.owner().buffers.lend();
    const auto got = from.try_read(memory.bytes());
    if (!got) break;
    if (*got == 0) {
      memory.reset();
      co_await from.until_readable();
      continue;
    }
    const std::string_view piece(memory.data(), *got);
    sent = co_await to.write(piece);
    if (sent) count += piece.size();
  }
  if (sent)
    to.shutdown_send();
  else
    from.close();  // nobody takes what it would still say
  if (--t.open == 0) t.finished.cancel();
}

}  // namespace

core::task<tunnel_bytes> relay_tunnel(core::byte_stream& client, std::string_view from_client,
                                      core::byte_stream& upstream, std::string_view from_upstream,
                                      core::duration idle) {
  core::worker& w = client.owner();
  tunnel t{client, upstream, idle, {}, 2, core::steady_timer(w.io.get_executor())};
  t.finished.expires_at(core::instant::max());
  t.touch();
  w.start("tunnel", relay_direction(upstream, client, from_upstream, t, t.bytes.to_client));
  co_await relay_direction(client, upstream, from_client, t, t.bytes.to_upstream);
  if (t.open > 0) co_await t.finished.async_wait(core::asio::as_tuple(core::use_task));
  co_return t.bytes;
}

}  // namespace sidecar
