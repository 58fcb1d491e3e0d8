#include "sidecar/proxy/fault_board.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sidecar {
namespace {

constexpr auto endless = std::numeric_limits<std::uint64_t>::max();

std::uint64_t threshold_of(const std::optional<double>& percent) noexcept {
  if (!percent || *percent >= 100) return endless;
  return static_cast<std::uint64_t>(std::ldexp(std::max(0.0, *percent) / 100, 64));
}

}  // namespace

fault_rule::fault_rule(fault_config config)
    : config_(std::move(config)),
      below_(threshold_of(config_.percent)),
      left_(config_.count ? static_cast<std::uint64_t>(*config_.count) : endless) {}

bool fault_rule::fires(std::uint64_t chance) noexcept {
  if (below_ != endless && chance >= below_) return false;
  if (config_.every) {
    const auto n = seen_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (n % static_cast<std::uint64_t>(*config_.every) != 0) return false;
  }
  std::uint64_t left = left_.load(std::memory_order_relaxed);
  while (left != endless && left > 0)
    if (left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) return true;
  return left == endless;
}

void fault_board::set(const std::vector<fault_config>& faults) {
  auto next = std::make_shared<fault_rules>();
  for (const auto& config : faults) next->push_back(std::make_unique<fault_rule>(config));
  const std::lock_guard lock(mutex_);
  rules_ = std::move(next);
  version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const fault_rules> fault_board::current() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

std::shared_ptr<const core::metric_source> active_faults(fault_boards boards) {
  return std::make_shared<core::function_source>(
      [boards = std::move(boards)](core::exposition_writer& out) {
        if (boards.empty()) return;
        out.family("remora_faults_active", "Injected faults that may still happen.",
                   core::metric_type::gauge);
        for (const auto& board : boards) {
          const auto rules = board->current();
          const auto active = std::count_if(rules->begin(), rules->end(),
                                            [](const auto& rule) { return rule->left() > 0; });
          const std::pair<std::string_view, std::string_view> label{"listener", board->listener()};
          out.gauge(core::render_labels({&label, 1}), static_cast<double>(active));
        }
      });
}

}  // namespace sidecar
