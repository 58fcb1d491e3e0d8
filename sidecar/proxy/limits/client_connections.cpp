#include "sidecar/proxy/limits/client_connections.hpp"

#include "sidecar/proxy/limits/refusals.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {

std::int64_t client_connections::enter(client_key client) {
  const std::lock_guard lock(mutex_);
  return ++open_[client];
}

void client_connections::leave(client_key client) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(client);
  if (found != open_.end() && --found->second == 0) open_.erase(found);
}

std::size_t client_connections::clients() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

connection_limit::connection_limit(core::metrics_shard& metrics,
                                   const listener_settings& listener) {
  if (!listener.protection || !listener.protection->connections) return;
  const connections_config& config = *listener.protection->config.connections;
  open_ = listener.protection->connections;
  limit_ = config.per_client;
  enforce_ = config.enforce;
  refused_ = &metrics.counter(limit_refused, {{"listener", listener.name},
                                              {"limit", to_label(limit_kind::connections)},
                                              {"mode", mode_label(enforce_)}});
}

bool connection_limit::admit(const boost::asio::ip::address& from) {
  if (!open_) return true;
  if (open_->enter(client_of(from)) <= limit_) return true;
  refused_->add();
  if (!enforce_) return true;
  open_->leave(client_of(from));
  return false;
}

void connection_limit::leave(const boost::asio::ip::address& from) {
  if (open_) open_->leave(client_of(from));
}

}  // namespace sidecar
