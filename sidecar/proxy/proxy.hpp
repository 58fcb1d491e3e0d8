#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "core/exposition.hpp"
#include "core/series_budget.hpp"
#include "core/span_sink.hpp"
#include "core/tls_reloader.hpp"
#include "core/worker.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "sidecar/proxy/discovery.hpp"
#include "sidecar/proxy/listener.hpp"
#include "sidecar/proxy/route_learner.hpp"
#include "sidecar/proxy/server_timing.hpp"
#include "sidecar/proxy/synthetic_mark.hpp"
#include "sidecar/relay/tracing_state.hpp"

namespace sidecar {

/// The data plane: every listener on every worker. The first worker is the caller's, the others
/// run threads of their own between `start` and the destructor.
class proxy {
 public:
  /// `first` and `sink` outlive the proxy.
  proxy(core::worker& first, const sidecar_config& config, core::span_sink& sink,
        core::logger& log);
  ~proxy();

  /// Binds all listeners and starts accepting; throws std::runtime_error naming what cannot be
  /// bound.
  void start();
  /// Drains the inbound listeners, then the outbound ones: the application still calls others while
  /// it finishes its last requests.
  core::task<> drain(core::deadline until);

  /// Serves requests that begin from now on by another configuration: routes, thresholds, timeouts,
  /// upstreams, TLS files, probe keys and sampling. Throws std::runtime_error, and changes nothing,
  /// when TLS files cannot be used or the listeners or workers are others than at start-up: sockets
  /// and threads are made once.
  void reload(const sidecar_config& config);
  /// The port a listener was given, after `start`; 0 for a name there is none of.
  std::uint16_t port(std::string_view listener_name) const noexcept;
  /// What became of all requests; balanced once `drain` is over.
  request_accounts accounts() const;
  /// What the relay shares with the layers. Lives as long as the proxy.
  tracing_state& tracing() noexcept { return *tracing_; }
  /// The faults of every listener, in the order of the file; none in a process that must not inject
  /// any.
  const fault_boards& boards() const noexcept { return boards_; }
  /// Whether a listener has a route of that label now.
  bool has_route(std::string_view listener_name, std::string_view label) const noexcept;
  /// The shards of all workers, for the exposition.
  std::vector<const core::metrics_shard*> shards() const;
  /// How many series may be exposed; whoever adds series of another origin asks it too.
  core::series_budget& budget() noexcept { return *budget_; }
  /// To be told what the application's spans say; thread-safe.
  route_learner& learner() noexcept { return *learner_; }
  /// What listeners serve by now, inbound before outbound.
  const std::vector<std::shared_ptr<const listener_settings>>& settings() const noexcept {
    return settings_;
  }
  /// Adds what the data plane exposes beside its shards.
  void add_sources(core::exposition& to) const;
  /// What is counted about the access log, as a source of the exposition; the proxy outlives it.
  std::shared_ptr<const core::metric_source> access_log_source() const;

 private:
  struct lane {  // what one worker serves
    core::worker* worker = nullptr;
    std::unique_ptr<discovery> names;  // on the worker's thread alone, once it runs
    std::vector<std::unique_ptr<listener>> inbound, outbound;
  };
  using settings_list = std::vector<std::shared_ptr<const listener_settings>>;
  void open_access_log(const sidecar_config& config);
  access_log make_access_log(core::worker& w);
  settings_list make_all(const sidecar_config& config, const settings_list& earlier);
  void adopt_faults();
  void adopt_common(const sidecar_config& config);
  void adopt_metrics(const metrics_config& config);
  std::shared_ptr<generation> make_generation(core::worker& w, std::size_t index);
  inbound_layers make_inbound(core::worker& w, std::size_t index);
  outbound_layers make_outbound(core::worker& w, std::size_t index);
  void start_listener(listener& l, std::size_t index);
  core::task<> drain_all(std::vector<std::unique_ptr<listener>> lane::*side, core::deadline until);

  core::worker& first_;
  core::span_sink& sink_;
  core::logger& log_;
  line_writer lines_;  // outlives the workers, who push into its lanes
  std::shared_ptr<core::tls_reloader> tls_;
  // What generations are made from; replaced by a reload.
  std::shared_ptr<const tracing_settings> tracing_settings_;
  std::shared_ptr<tracing_state> tracing_;
  std::string service_;
  std::shared_ptr<const access_line_format> access_format_;  // null: no lines are written
  std::optional<synthetic_config> synthetic_;
  std::shared_ptr<shared_verifier> verifier_;
  std::vector<double> bounds_;  // of durations; made once
  bool learn_ = true;
  std::shared_ptr<core::series_budget> budget_ = std::make_shared<core::series_budget>();
  std::shared_ptr<route_learner> learner_ = std::make_shared<route_learner>(0);
  std::shared_ptr<dependency_calls> calls_ = std::make_shared<dependency_calls>();
  dns_config dns_;
  settings_list settings_;  // inbound, then outbound, in the order of the file
  fault_boards boards_;     // as settings_, or none
  std::vector<std::unique_ptr<core::worker>> own_workers_;
  std::vector<lane> lanes_;
  std::vector<std::pair<std::string, std::uint16_t>> ports_;  // by listener, in order of start
  std::vector<std::thread> threads_;
};

}  // namespace sidecar
