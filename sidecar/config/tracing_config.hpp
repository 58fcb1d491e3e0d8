#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "sidecar/config/trace_ring_config.hpp"

namespace sidecar {

/// Which requests the application records spans for.
enum class record_mode { sampled, all };
constexpr auto config_names(record_mode) {
  return std::array{std::pair{"sampled", record_mode::sampled}, std::pair{"all", record_mode::all}};
}

/// What a rule does; `dry_run` counts what `on` would add.
enum class rule_mode { on, off, dry_run };
constexpr auto config_names(rule_mode) {
  return std::array{std::pair{"on", rule_mode::on}, std::pair{"off", rule_mode::off},
                    std::pair{"dry_run", rule_mode::dry_run}};
}

struct trace_rules_config {
  rule_mode synthetic = rule_mode::on;
  rule_mode error = rule_mode::on;
  rule_mode slow = rule_mode::on;
  rule_mode callee = rule_mode::on;
  rule_mode head = rule_mode::on;
  rule_mode share = rule_mode::on;

  static void describe(core::fields<trace_rules_config>& f);
};

/// Bounds of what waits for a decision in `record: all`.
struct trace_hold_config {
  std::int64_t spans = 20'000;
  core::byte_size size{32 * 1024 * 1024};
  core::duration age = std::chrono::seconds(30);
  std::int64_t decisions = 65'536;

  static void describe(core::fields<trace_hold_config>& f);
};

struct tracing_config {
  double sample_ratio = 0.01;
  std::optional<double> traces_per_second;
  record_mode record = record_mode::sampled;
  core::duration slow = std::chrono::seconds(1);
  trace_rules_config rules;
  trace_hold_config hold;
  bool propagation = true;
  std::vector<std::string> query_keys;
  std::optional<trace_ring_config> ring;

  static void describe(core::fields<tracing_config>& f);
  static void check(const tracing_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
