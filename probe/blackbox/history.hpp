#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "probe/blackbox/compiled_module.hpp"
#include "probe/blackbox/gauges.hpp"
#include "probe/blackbox/probe_log.hpp"

namespace probe::blackbox {

/// A probe that is over. What it shows is rendered when somebody asks.
struct past_probe {
  std::uint64_t id = 0;
  std::shared_ptr<const compiled_module> module;
  std::string target;
  bool success = false;
  core::instant started;
  gauges values;
  probe_log log;

  /// Its log, its metrics and its module's configuration, as `debug=true` answers.
  std::string debug_output(const core::wall_clock& wall) const;
};

/// The last probes, and the last failed ones besides, which successes do not push out.
class history {
 public:
  explicit history(std::size_t limit) : limit_(limit) {}

  /// Gives it its id.
  void add(std::shared_ptr<past_probe> probe);
  /// Null when there is none of these any more.
  const past_probe* find(std::uint64_t id) const noexcept;
  /// The newest of a module and target.
  const past_probe* find(std::string_view module, std::string_view target) const noexcept;
  /// Oldest first.
  std::vector<const past_probe*> all() const;

 private:
  std::size_t limit_;
  std::uint64_t next_id_ = 0;
  std::deque<std::shared_ptr<const past_probe>> recent_, failed_;
};

}  // namespace probe::blackbox
