#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "core/span_sink.hpp"
#include "core/worker.hpp"
#include "sidecar/config.hpp"
#include "sidecar/proxy/listener.hpp"
#include "sidecar/proxy/server_timing.hpp"
#include "sidecar/proxy/synthetic_mark.hpp"

namespace sidecar {

/// The data plane: every listener on every worker. The first worker is the caller's, the others
/// run threads of their own between `start` and the destructor.
class proxy {
 public:
  /// `first` and `sink` outlive the proxy.
  proxy(core::worker& first, const sidecar_config& config, core::span_sink& sink, core::logger& log);
  ~proxy();

  /// Binds all listeners and starts accepting; throws std::runtime_error naming what cannot be bound.
  void start();
  /// Drains the inbound listeners, then the outbound ones: the application still calls others while
  /// it finishes its last requests.
  core::task<> drain(core::deadline until);

  /// The port a listener was given, after `start`; 0 for a name there is none of.
  std::uint16_t port(std::string_view listener_name) const noexcept;
  /// The shards of all workers, for the exposition.
  std::vector<const core::metrics_shard*> shards() const;

 private:
  struct lane {  // what one worker serves
    core::worker* worker = nullptr;
    std::vector<std::unique_ptr<listener>> inbound, outbound;
  };
  std::unique_ptr<listener> make_listener(core::worker& w, const listener_settings& settings);
  void start_listener(listener& l, std::size_t index);
  core::task<> drain_all(std::vector<std::unique_ptr<listener>> lane::*side, core::deadline until);

  core::worker& first_;
  core::span_sink& sink_;
  core::logger& log_;
  double sample_ratio_;
  std::string service_;
  std::shared_ptr<shared_verifier> verifier_;
  std::shared_ptr<dependency_calls> calls_ = std::make_shared<dependency_calls>();
  std::vector<std::unique_ptr<const listener_settings>> settings_;
  std::vector<std::unique_ptr<core::worker>> own_workers_;
  std::vector<lane> lanes_;
  std::vector<std::pair<std::string, std::uint16_t>> ports_;  // by listener, in order of start
  std::vector<std::thread> threads_;
};

}  // namespace sidecar
