#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/program.hpp"
#include "probe/blackbox/stand_in.hpp"
#include "probe/commands/reload_state.hpp"
#include "probe/commands/setup.hpp"
#include "probe/discovery/discovery.hpp"
#include "probe/engine/engine.hpp"
#include "probe/engine/stream_metrics.hpp"
#include "probe/replay/bundle_store.hpp"

namespace probe {

/// Everything that a configuration refers to. Loads are for `run`: a daemon that left them out
/// would not do what its file says, so they are problems.
loaded load_for_serving(const probe_config& config, const std::string& path, core::problems& found);

/// The daemon: a program with an engine, and what listens to it. Lives on one thread.
class daemon {
 public:
  /// `config_path`: what a reload reads anew; none: there is nothing but the stand-in.
  daemon(std::optional<std::string> config_path, const probe_config& config, const shard& part);

  /// Answers /probe, too.
  void stand_in(blackbox::stand_in_options options,
                std::shared_ptr<const blackbox::module_set> first);

  /// Until SIGTERM; gives the exit code.
  int run(loaded first);

 private:
  void add_metrics();
  void add_pages();
  std::string config_text() const;
  /// Reads configuration, scenarios and modules anew. Scenarios, targets, secrets, signing and
  /// modules change; where the program listens and sends its spans stays. On problems nothing
  /// changes, and they are given.
  std::string reload();
  void use(loaded what);
  /// Whenever scenarios or targets have changed.
  void run_what_there_is();
  core::task<> drain(core::deadline until);

  std::optional<std::string> config_path_;
  core::program program_;
  std::shared_ptr<run_metrics> metrics_;
  std::shared_ptr<bundle_store> bundles_;
  std::shared_ptr<stream_metrics> streams_;
  std::shared_ptr<discovery_metrics> targets_;
  engine engine_;
  discovery discovery_;
  std::shared_ptr<const probe_setup> setup_;
  bool draining_ = false;
  std::unique_ptr<blackbox::stand_in> stand_in_;
  std::string shown_;
  reload_state reloads_;
};

}  // namespace probe
