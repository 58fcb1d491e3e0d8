#include "core/dialer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/resolver.hpp"
#include "core/tls_context.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

using tcp = asio::ip::tcp;
constexpr auto waiting = asio::as_tuple(use_task);

task<resolved_name> ask_system(worker& w, std::string host) {
  asio::ip::basic_resolver<tcp, executor> system(w.io.get_executor());
  auto [error, found] =
      co_await system.async_resolve(host, "0", tcp::resolver::address_configured, waiting);
  resolved_name out{{}, error};
  for (const auto& entry : found) out.addresses.push_back(entry.endpoint().address());
  co_return out;
}

task<resolved_name> ask_system(worker& w, std::string host, deadline until) {
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (ask_system(w, std::move(host)) || sleep_until(w, until.at));
  if (auto* found = std::get_if<resolved_name>(&first)) {
    if (found->error) found->error = errc::name_not_found;
    co_return std::move(*found);
  }
  resolved_name late;
  late.error = errc::timed_out;
  co_return late;
}

task<resolved_name> ask(resolver& names, std::string host, ip_family family, deadline until) {
  resolved_name out;
  auto answer = co_await names.host(std::move(host), family, until);
  if (answer)
    out.addresses = std::move(answer->addresses);
  else
    out.error = answer.error();
  co_return out;
}

task<resolved_name> addresses_of(worker& w, const dial_target& target, deadline until) {
  if (target.fixed) {
    resolved_name one;
    one.addresses.push_back(*target.fixed);
    co_return one;
  }
  auto out = co_await resolve(w, target.where.host, target.family, until, target.names);
  if (target.source)
    std::erase_if(out.addresses,
                  [&](const auto& a) { return a.is_v4() != target.source->is_v4(); });
  co_return out;
}

task<> secure(dialled& out, const dial_target& target) {
  if (target.explain) out.tls = std::make_unique<tls_facts>();
  auto secured = co_await out.stream->secure(
      target.tls, target.server_name.empty() ? target.where.host : target.server_name,
      out.tls.get());
  if (secured) {
    out.times.secured = now();
    out.tls.reset();
    co_return;
  }
  out.error = secured.error();
  out.times.secured = {};
  out.stream.reset();
}

}  // namespace

task<resolved_name> resolve(worker& w, std::string host, ip_family family, deadline until,
                            resolver* names) {
  resolved_name out;
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(host, not_numeric);
  if (!not_numeric)
    out.addresses.push_back(numeric);
  else if (names)
    out = co_await ask(*names, std::move(host), family, until);
  else
    out = co_await ask_system(w, std::move(host), until);
  arrange(out.addresses, family);
  if (!out.error && out.addresses.empty()) out.error = errc::name_not_found;
  co_return out;
}

task<dialled> dial(worker& w, dial_target target, deadline until) {
  dialled out;
  out.times.start = now();
  auto found = co_await addresses_of(w, target, until);
  if (found.error) {
    out.error = found.error;
    co_return out;
  }
  out.times.resolved = now();

  out.error = errc::name_not_found;
  auto left = found.addresses.size();
  for (const auto& one : found.addresses) {
    out.peer = address{one.to_string(), target.where.port}.to_string();
    // A dead first address leaves the others their share of the time.
    const auto start = now();
    const deadline share = until.at == instant::max()
                               ? until
                               : deadline{start + until.left(start) / static_cast<int>(left--)};
    const tcp::endpoint to(one, target.where.port);
    auto connected = co_await byte_stream::connect(w, to, target.source, share);
    out.error = connected ? error_code() : error_code(classify(connected.error()));
    if (!connected) continue;
    out.stream = *std::move(connected);
    break;
  }
  if (!out.stream) co_return out;
  out.times.connected = out.times.secured = now();
  out.stream->expires(until);
  if (target.tls) co_await secure(out, target);
  co_return out;
}

}  // namespace core
