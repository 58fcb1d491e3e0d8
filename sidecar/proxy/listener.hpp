#pragma once

#include <list>
#include <memory>

#include "core/metrics_shard.hpp"
#include "core/stream_pool.hpp"
#include "core/task.hpp"
#include "sidecar/proxy/layers.hpp"
#include "sidecar/proxy/limits/client_connections.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/upstream.hpp"
#include "sidecar/proxy/workspace.hpp"

namespace sidecar {

class session;

/// The layers of a listener behind one face, so that sessions of both directions are one type.
class request_path {
 public:
  virtual ~request_path() = default;
  virtual std::optional<reply> before(exchange_record& record) = 0;
  virtual core::task<std::optional<reply>> hold(exchange_record& record) = 0;
  virtual void answering(exchange_record& record) = 0;
  virtual void after(exchange_record& record) = 0;
};

template <class Layers>
class layered_path final : public request_path {
 public:
  explicit layered_path(Layers layers) : layers_(std::move(layers)) {}
  std::optional<reply> before(exchange_record& record) override { return layers_.before(record); }
  core::task<std::optional<reply>> hold(exchange_record& record) override {
    return layers_.hold(record);
  }
  void answering(exchange_record& record) override { layers_.answering(record); }
  void after(exchange_record& record) override { layers_.after(record); }

 private:
  Layers layers_;
};

/// What a listener serves by until it is reloaded: settings, layers and upstream that belong
/// together. A request keeps the generation that it began with.
struct generation {
  generation(core::worker& w, std::shared_ptr<const listener_settings> s,
             std::unique_ptr<request_path> p)
      : settings(std::move(s)),
        path(std::move(p)),
        connections(std::make_shared<connection_limit>(w.metrics, *settings)),
        upstream(w, *settings) {}

  std::shared_ptr<const listener_settings> settings;
  std::unique_ptr<request_path> path;
  std::shared_ptr<connection_limit> connections;  // a connection leaves the one that admitted it
  sidecar::upstream upstream;
};

/// Requests that were answered 400 and never forwarded, by reason.
class refusals {
 public:
  explicit refusals(core::metrics_shard& metrics);
  void count(const char* reason);

 private:
  core::metrics_shard* metrics_;
};

/// The requests of a listener, in numbers: every one that was accepted ends as answered (by
/// whomever) or as cut off, when its connection had to be closed at the end of a drain. Refused
/// ones were no requests that we accept.
struct request_accounts {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;
  std::uint64_t cut_off = 0;
  std::uint64_t refused = 0;

  bool balanced() const noexcept { return accepted == answered + cut_off; }
  void add(const request_accounts& other) noexcept {
    accepted += other.accepted;
    answered += other.answered;
    cut_off += other.cut_off;
    refused += other.refused;
  }
};

/// Connections that went on in another protocol.
struct tunnel_counters {
  explicit tunnel_counters(core::metrics_shard& metrics);
  core::gauge_cell& open;
  core::counter_cell& to_upstream;
  core::counter_cell& to_client;
};

/// One listener on one worker: accepts (SO_REUSEPORT, so that every worker has its own queue), owns
/// the sessions' shared state, drains. Lives on its worker's thread.
class listener {
 public:
  listener(core::worker& w, std::shared_ptr<generation> first);
  ~listener();

  /// Binds and starts accepting; throws std::runtime_error naming the address when it cannot. With
  /// port 0, `port` overrides what the first worker was given.
  std::uint16_t start(std::uint16_t port = 0);
  /// Stops accepting, ends idle connections, waits for the others until `until`.
  core::task<> drain(core::deadline until);

  core::worker& worker() noexcept { return worker_; }
  const std::shared_ptr<generation>& current() const noexcept { return current_; }
  /// Serves requests that begin from now on by `next`; the address it listens on stays.
  void adopt(std::shared_ptr<generation> next) noexcept { current_ = std::move(next); }
  /// Sessions keep it: those that are cut off at the end of the worker outlive the listener.
  const std::shared_ptr<workspace_pool>& workspaces() const noexcept { return workspaces_; }
  sidecar::refusals& refusals() noexcept { return refusals_; }
  request_accounts& accounts() noexcept { return accounts_; }
  tunnel_counters& tunnels() noexcept { return tunnels_; }
  bool draining() const noexcept { return draining_; }

 private:
  core::task<> accept_loop();
  void admit(core::tcp_socket socket);
  core::task<> run_session(core::tcp_socket socket);

  core::worker& worker_;
  std::shared_ptr<generation> current_;
  sidecar::refusals refusals_;
  request_accounts accounts_;
  tunnel_counters tunnels_;
  std::shared_ptr<workspace_pool> workspaces_ = std::make_shared<workspace_pool>();
  core::gauge_cell& connections_;
  core::tcp_acceptor acceptor_;
  std::list<session*> sessions_;
  bool draining_ = false;
};

}  // namespace sidecar
