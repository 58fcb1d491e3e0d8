#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "core/metrics_shard.hpp"
#include "sidecar/config/tracing_config.hpp"

namespace sidecar {

struct exchange_record;

/// Why a trace is kept, in the order in which the rules are asked (docs/tracing.md).
enum class trace_rule : std::uint8_t { synthetic, error, slow, callee, head, share };
inline constexpr int trace_rule_count = 6;
/// The label value of `remora_trace_decisions_total`.
const char* to_label(trace_rule rule) noexcept;

/// A set of rules. What a request matched is only ever added to, from its head to its end, so that
/// what was promised on the way (`remora-trace: kept`) holds.
using rule_bits = std::uint8_t;
constexpr rule_bits bit(trace_rule rule) noexcept {
  return static_cast<rule_bits>(1u << static_cast<unsigned>(rule));
}

/// Which rules keep, and which only count what they would keep.
struct rule_modes {
  rule_bits on = 0;
  rule_bits dry = 0;
  constexpr bool is_on(trace_rule rule) const noexcept { return on & bit(rule); }
};
rule_modes modes_of(const trace_rules_config& config) noexcept;

/// What became of a local root.
struct tail_decision {
  std::optional<trace_rule> by;  ///< the first rule in order that keeps it; none: dropped
  rule_bits would = 0;           ///< of a dropped one: the rules in dry run that would have kept it
  bool kept() const noexcept { return by.has_value(); }
};
tail_decision decide(rule_bits matched, rule_modes modes) noexcept;

/// Whether an exchange failed by what is known of it: answered 5xx, or a failure of ours or of the
/// upstream's; not a client that went away and not a request that we refused.
bool failed(const exchange_record& record) noexcept;

/// The rules that an exchange matches by its outcome as far as `until`: `error` and `slow`. A
/// tunnel is never slow.
rule_bits outcome_rules(const exchange_record& record, core::instant until) noexcept;

/// Counts decisions in `remora_trace_decisions_total{rule,decision}`: each local root once as
/// `kept` (by its rule) or `dropped` (by `share`, which is asked last), and a dropped one as
/// `would_keep` by every rule in dry run that matched: what switching it on would add. One a
/// worker.
class decision_counters {
 public:
  explicit decision_counters(core::metrics_shard& metrics);
  void count(const tail_decision& decision) noexcept;

 private:
  std::array<core::counter_cell*, trace_rule_count> kept_{}, would_keep_{};
  core::counter_cell* dropped_;
};

}  // namespace sidecar
