#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/limits/client_key.hpp"

namespace sidecar {

struct listener_settings;

/// How many connections each client has open, all workers together. Bounded by the connections
/// there are. A mutex, taken when a connection comes and when it goes. Any thread.
class client_connections {
 public:
  /// Gives the number with this one.
  std::int64_t enter(client_key client);
  void leave(client_key client);
  std::size_t clients() const;

 private:
  struct hash {
    std::size_t operator()(const client_key& key) const noexcept {
      return std::hash<std::uint64_t>()(key.bits * 0x9e3779b97f4a7c15ULL + (key.v6 ? 1 : 0));
    }
  };
  mutable std::mutex mutex_;
  std::unordered_map<client_key, std::int64_t, hash> open_;
};

/// Connections per client, as one worker's listener asks at accept. Counts in
/// `remora_limit_refused_total{limit="connections"}`; refuses only when enforced. Without a limit
/// it admits everybody and counts nothing. Its thread is the worker's.
class connection_limit {
 public:
  connection_limit(core::metrics_shard& metrics, const listener_settings& listener);

  /// False: the connection must be closed, and `leave` not called for it.
  bool admit(const boost::asio::ip::address& from);
  /// For each connection that was admitted, when it ends.
  void leave(const boost::asio::ip::address& from);

 private:
  std::shared_ptr<client_connections> open_;
  std::int64_t limit_ = 0;
  bool enforce_ = false;
  core::counter_cell* refused_ = nullptr;
};

}  // namespace sidecar
