#include "sidecar/relay/relay.hpp"

#include <boost/asio/post.hpp>

#include "core/heap.hpp"

namespace sidecar {

// Some batches of the sender: their bodies come and go several times a second.
constexpr std::size_t kept_heap = 16 * 1024 * 1024;

relay::relay(core::worker& first, const relay_config& config, const std::string& service,
             core::span_sink& ledger, batch_sink accept)
    : first_(first), own_(first.log), receiver_(own_, config, service, ledger, std::move(accept)) {}

relay::~relay() {
  own_.stop();
  if (thread_.joinable()) thread_.join();
}

std::uint16_t relay::start() {
  const auto port = receiver_.start();
  core::keep_heap(kept_heap);
  thread_ = std::thread([this] { own_.run(); });
  return port;
}

core::task<> relay::drain_receiver(core::deadline until) {
  co_await receiver_.drain(until);
  drained_.store(true, std::memory_order_release);
}

core::task<> relay::drain(core::deadline until) {
  core::asio::post(own_.io, [this, until] { own_.start("drain", drain_receiver(until)); });
  while (!drained_.load(std::memory_order_acquire))
    co_await core::sleep_for(first_, std::chrono::milliseconds(5));
}

}  // namespace sidecar
