#pragma once

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "core/task.hpp"
#include "core/worker.hpp"
#include "sidecar/proxy/service_name.hpp"
#include "sidecar/proxy/upstream_targets.hpp"

namespace sidecar {

/// A name that is looked up again and again while somebody holds it, and the targets it last led
/// to. Those stay when a look-up fails, for as long as it does. Lives on its worker's thread.
class watched_name {
 public:
  watched_name(core::worker& w, service_name what) : worker_(w), what_(std::move(what)) {}

  const service_name& what() const noexcept { return what_; }
  /// As of `in_order`; empty until a first look-up has led to some.
  const std::vector<upstream_target>& targets() const noexcept { return targets_; }
  /// Waits for the first look-up to end; false when it does not until the deadline.
  core::task<bool> looked_up(core::deadline until);

  /// Called after every look-up, until the subscription goes.
  using subscription = std::shared_ptr<void>;
  [[nodiscard]] subscription subscribe(std::function<void()> changed);

  void publish(std::vector<upstream_target> found);
  void publish_failure();

 private:
  void tell();

  core::worker& worker_;
  service_name what_;
  std::vector<upstream_target> targets_;
  bool looked_up_ = false;
  std::list<core::steady_timer*> waiting_;
  std::vector<std::weak_ptr<std::function<void()>>> subscribers_;
};

}  // namespace sidecar
