#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/file_watch.hpp"
#include "core/task.hpp"
#include "probe/discovery/discovery_metrics.hpp"
#include "probe/discovery/run_list.hpp"
#include "probe/format/scenario_reader.hpp"

namespace core {
class worker;
}

namespace probe {

/// Finds the targets of scenarios: what is written down is there at once, files are read when they
/// are first named and when they change, services are looked up when their TTL is over. A source
/// that fails keeps what it last gave, which is logged and counted. Lives on its worker's thread;
/// the destructor ends everything.
class discovery {
 public:
  /// Told that targets may have changed; calls `list` for what there is now.
  using handler = std::function<void()>;

  /// `w` and `metrics` outlive it.
  discovery(core::worker& w, discovery_metrics& metrics, shard part);
  ~discovery();
  discovery(const discovery&) = delete;
  discovery& operator=(const discovery&) = delete;

  /// Follows the sources of these scenarios from now on. A source that was there before goes on
  /// with what it knows. `changed` is not called for what can be known at once.
  void follow(scenario_list scenarios, handler changed);
  /// What this replica is to run now; also shown in the metrics.
  scenario_list list();
  /// Comes back when every service was looked up once, with or without success, or at `until`.
  core::task<> looked_up(core::deadline until);

 private:
  class service;
  using services = std::map<std::string, std::shared_ptr<service>>;

  void read_file(const std::string& path);
  void watch_files();
  void look_up(const srv_source& source, services& kept);
  std::vector<found_target> targets_of(const scenario& s) const;

  core::worker& worker_;
  discovery_metrics& metrics_;
  shard part_;
  scenario_list scenarios_;
  handler changed_;
  std::map<std::string, std::vector<found_target>> files_;  // by path, what was read last
  std::unique_ptr<core::file_watch> watch_;
  services services_;  // by what tells them apart
};

/// The files that a scenario's targets are in, relative to its own.
std::vector<std::string> target_files(const scenario& s);

}  // namespace probe
