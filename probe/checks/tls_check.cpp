#include "probe/checks/tls_check.hpp"

#include "probe/checks/all_addresses.hpp"
#include "probe/checks/connection.hpp"

namespace probe {

core::task<check_result> check_tls(check_context& c) {
  check_result out;
  const tls_handshake& q = *c.step.tls;
  core::address where;
  if (!read_address(q.address, c, std::nullopt, where, out)) co_return out;
  if (q.all_addresses && !c.fixed)
    co_return co_await check_all_addresses(c, where, q.ip, check_tls);
  out.url = where.to_string();
  const auto start = core::now();
  connection_order order{where, q, true, q.tls ? &*q.tls : nullptr, tls_use::other};
  auto stream = co_await connect(c, std::move(order), out);
  if (stream) stream->shutdown_send();
  out.answer.took = core::now() - start;
  co_return out;
}

}  // namespace probe
