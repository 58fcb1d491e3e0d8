#include "core/dialer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "core/tls_context.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

using tcp = asio::ip::tcp;
constexpr auto waiting = asio::as_tuple(use_task);

struct resolved_addresses {
  std::vector<tcp::endpoint> endpoints;
  error_code error;
};

/// Closes a socket when its time is up; the dialler's own use of the sweeper, before there is a
/// stream that could do it.
class connect_guard final : sweeper::entry {
 public:
  connect_guard(worker& w, tcp_socket& socket, deadline until) : socket_(socket) {
    w.deadlines.watch(*this, until);
  }
  bool fired() const noexcept { return fired_; }

 private:
  void expire() noexcept override {
    fired_ = true;
    error_code ignored;
    socket_.close(ignored);
  }
  tcp_socket& socket_;
  bool fired_ = false;
};

task<resolved_addresses> lookup(worker& w, std::string host, std::string port) {
  asio::ip::basic_resolver<tcp, executor> resolver(w.io.get_executor());
  auto [error, found] =
      co_await resolver.async_resolve(host, port, tcp::resolver::address_configured, waiting);
  resolved_addresses out{{}, error};
  for (const auto& entry : found) out.endpoints.push_back(entry.endpoint());
  co_return out;
}

task<resolved_addresses> resolve(worker& w, address where, deadline until) {
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(where.host, not_numeric);
  if (!not_numeric) {
    resolved_addresses one;
    one.endpoints.emplace_back(numeric, where.port);
    co_return one;
  }
  using namespace asio::experimental::awaitable_operators;
  auto first =
      co_await (lookup(w, where.host, std::to_string(where.port)) || sleep_until(w, until.at));
  if (auto* found = std::get_if<resolved_addresses>(&first)) {
    if (found->error) found->error = errc::name_not_found;
    co_return std::move(*found);
  }
  resolved_addresses late;
  late.error = errc::timed_out;
  co_return late;
}

struct connect_outcome {
  tcp_socket socket;
  error_code error;
};

task<connect_outcome> connect(worker& w, tcp::endpoint to, deadline until) {
  tcp_socket socket(w.io.get_executor());
  error_code error;
  socket.open(to.protocol(), error);
  if (error) co_return connect_outcome{std::move(socket), errc::unreachable};
  {
    connect_guard guard(w, socket, until);
    std::tie(error) = co_await socket.async_connect(to, waiting);
    if (guard.fired()) error = errc::timed_out;
  }
  if (error) error = classify(error);
  co_return connect_outcome{std::move(socket), error};
}

}  // namespace

task<dialled> dial(worker& w, dial_target target, deadline until) {
  dialled out;
  out.times.start = now();
  auto addresses = co_await resolve(w, target.where, until);
  if (addresses.error) {
    out.error = addresses.error;
    co_return out;
  }
  out.times.resolved = now();

  out.error = errc::name_not_found;
  auto left = addresses.endpoints.size();
  for (const auto& endpoint : addresses.endpoints) {
    out.peer = endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
    // A dead first address leaves the others their share of the time.
    const auto start = now();
    const deadline share = until.at == instant::max()
                               ? until
                               : deadline{start + until.left(start) / static_cast<int>(left--)};
    auto connected = co_await connect(w, endpoint, share);
    out.error = connected.error;
    if (connected.error) continue;
    out.stream = std::make_unique<byte_stream>(w, std::move(connected.socket));
    break;
  }
  if (!out.stream) co_return out;
  out.times.connected = out.times.secured = now();
  out.stream->expires(until);
  if (target.tls) {
    auto secured = co_await out.stream->secure(
        target.tls, target.server_name.empty() ? target.where.host : target.server_name);
    if (!secured) {
      out.error = secured.error();
      out.times.secured = {};
      out.stream.reset();
      co_return out;
    }
    out.times.secured = now();
  }
  co_return out;
}

}  // namespace core
