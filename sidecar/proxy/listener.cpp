#include "sidecar/proxy/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detail/socket_option.hpp>
#include <stdexcept>

#include "core/log.hpp"
#include "core/worker.hpp"
#include "sidecar/proxy/session.hpp"

namespace sidecar {
namespace {

using reuse_port = core::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr core::metric_family refused{
    "remora_sidecar_refused_total",
    "Requests that were answered 400 or 431 and never forwarded, by reason.",
    core::metric_type::counter};
constexpr core::metric_family open_connections{
    "remora_sidecar_connections", "Open client connections.", core::metric_type::gauge};

constexpr core::metric_family open_tunnels{"remora_sidecar_tunnels",
                                           "Connections that go on in another protocol after 101.",
                                           core::metric_type::gauge};
constexpr core::metric_family tunnelled{"remora_sidecar_tunnel_bytes_total",
                                        "Bytes that went through tunnels that have ended.",
                                        core::metric_type::counter};

core::asio::ip::address address_of(const std::string& host) {
  if (host.empty()) return core::asio::ip::address_v6::any();
  return core::asio::ip::make_address(host);
}

}  // namespace

refusals::refusals(core::metrics_shard& metrics) : metrics_(&metrics) {
  metrics.counter(refused,
                  {{"reason", core::to_label(core::framing_error::length_and_transfer_encoding)}});
}

void refusals::count(const char* reason) {
  metrics_->counter(refused, {{"reason", reason}}).add();
}

tunnel_counters::tunnel_counters(core::metrics_shard& metrics)
    : open(metrics.gauge(open_tunnels)),
      to_upstream(metrics.counter(tunnelled, {{"direction", "upstream"}})),
      to_client(metrics.counter(tunnelled, {{"direction", "client"}})) {}

listener::listener(core::worker& w, std::shared_ptr<generation> first)
    : worker_(w),
      current_(std::move(first)),
      refusals_(w.metrics),
      tunnels_(w.metrics),
      connections_(w.metrics.gauge(
          open_connections,
          {{"direction",
            current_->settings->side == direction::inbound ? "inbound" : "outbound"}})),
      acceptor_(w.io.get_executor()) {}

listener::~listener() = default;

std::uint16_t listener::start(std::uint16_t port) {
  const listener_settings& settings = *current_->settings;
  try {
    const core::asio::ip::tcp::endpoint at(address_of(settings.listen.host),
                                           port ? port : settings.listen.port);
    acceptor_.open(at.protocol());
    acceptor_.set_option(core::asio::socket_base::reuse_address(true));
    acceptor_.set_option(reuse_port(true));
    acceptor_.bind(at);
    acceptor_.listen(core::asio::socket_base::max_listen_connections);
    acceptor_.non_blocking(true);
  } catch (const boost::system::system_error& e) {
    throw std::runtime_error("listener " + settings.name + " cannot listen on " +
                             settings.listen.to_string() + ": " + e.code().message());
  }
  worker_.start("accept", accept_loop());
  return acceptor_.local_endpoint().port();
}

core::task<> listener::accept_loop() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(core::asio::as_tuple(core::use_task));
    if (draining_ || error == core::asio::error::operation_aborted) co_return;
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    // Out of descriptors, above all: trying again at once would spin.
    worker_.log.warning("accept failed",
                        {{"listener", current_->settings->name}, {"error", error.message()}});
    co_await core::sleep_for(worker_, std::chrono::milliseconds(100));
  }
}

void listener::admit(core::tcp_socket socket) {
  worker_.start("session", run_session(std::move(socket)));
}

core::task<> listener::run_session(core::tcp_socket socket) {
  const auto limit = current_->connections;
  core::error_code gone;
  const auto client = socket.remote_endpoint(gone).address();
  if (gone || !limit->admit(client)) co_return;
  session s(*this, std::move(socket));
  const auto place = sessions_.insert(sessions_.end(), &s);
  connections_.add(1);
  co_await s.run();
  limit->leave(client);
  connections_.add(-1);
  sessions_.erase(place);
}

core::task<> listener::drain(core::deadline until) {
  draining_ = true;
  // Closing a listener resets what it has queued: take that first.
  core::error_code error;
  for (;;) {
    core::tcp_socket socket(worker_.io.get_executor());
    if (acceptor_.accept(socket, error); error) break;
    admit(std::move(socket));
  }
  acceptor_.close(error);
  while (!sessions_.empty() && !until.passed(core::now())) {
    for (session* s : sessions_) s->close_if_idle(core::now());
    co_await core::sleep_for(worker_, std::chrono::milliseconds(5));
  }
  for (session* s : sessions_) s->cut_off();
}

}  // namespace sidecar
