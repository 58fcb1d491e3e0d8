#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/exposition.hpp"
#include "sidecar/config/fault_config.hpp"

namespace sidecar {

/// One fault in force: what it does, and how often it came up, on all workers together.
class fault_rule {
 public:
  explicit fault_rule(fault_config config);

  const fault_config& config() const noexcept { return config_; }
  /// Whether it happens to the next request that it is for; `chance` is 64 random bits. Any thread.
  bool fires(std::uint64_t chance) noexcept;
  /// Times it may still happen; the largest number when there is no end. Any thread.
  std::uint64_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

 private:
  fault_config config_;
  std::uint64_t below_;  // chance that is a hit; the largest number: always
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<std::uint64_t> left_;
};

using fault_rules = std::vector<std::unique_ptr<fault_rule>>;

/// The faults of one listener, changed at run time and read by all workers. Only a process that may
/// inject faults has any.
class fault_board {
 public:
  explicit fault_board(std::string listener) : listener_(std::move(listener)) {}

  const std::string& listener() const noexcept { return listener_; }
  /// Replaces all faults; counts start anew.
  void set(const std::vector<fault_config>& faults);
  std::shared_ptr<const fault_rules> current() const;
  /// Changes with every `set`: a worker reads this alone while nothing changes.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }

 private:
  std::string listener_;
  mutable std::mutex mutex_;
  std::shared_ptr<const fault_rules> rules_ = std::make_shared<const fault_rules>();
  std::atomic<std::uint64_t> version_{0};
};

using fault_boards = std::vector<std::shared_ptr<fault_board>>;

/// `remora_faults_active{listener}`: faults that may still happen.
std::shared_ptr<const core::metric_source> active_faults(fault_boards boards);

}  // namespace sidecar
