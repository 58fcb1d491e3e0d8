#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/metrics_shard.hpp"
#include "core/random_source.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/relay/tracing_state.hpp"

namespace sidecar {

/// What a head sampling decision looks at.
struct sampling_facts {
  bool synthetic = false;
  bool has_caller = false;
  bool caller_is_trusted = false;
  bool caller_sampled = false;
  std::uint64_t random = 0;  ///< 56 bits
};

/// The rules that a request matches when it begins, pure: `synthetic` for verified probes, `head`
/// for a trusted caller's flag, `share` for what is below `threshold`. In `record: sampled` a
/// trusted caller's flag is followed both ways, so that no part of a trace is kept alone.
rule_bits head_rules(const sampling_facts& facts, std::uint64_t threshold, record_mode record,
                     rule_modes modes) noexcept;

/// Gives every request its span context: a child of the caller's, or a new root, with the flag that
/// the next hop gets. Towards the application the flag says whether it shall record: in
/// `record: all` always. Towards other services it says whether the trace is sampled.
/// The share is drawn by the trace's own randomness, but for strangers by ours: they could choose
/// an id that is always kept. In `record: all` ours then travels as the `rv` of tracestate's `ot`
/// member, so that the services behind us draw alike; what a stranger put there is removed.
class sampling {
 public:
  sampling(core::random_source& random, core::metrics_shard& metrics,
           std::shared_ptr<const tracing_settings> settings, std::shared_ptr<tracing_state> state);
  std::optional<reply> before(exchange_record& record);

 private:
  std::uint64_t randomness(exchange_record& record, bool stranger);
  rule_modes modes_for(const exchange_record& record) const noexcept;
  bool sampled_here(const exchange_record& record, rule_modes modes) const;

  core::random_source* random_;
  core::counter_cell* candidates_;
  std::shared_ptr<const tracing_settings> settings_;
  std::shared_ptr<tracing_state> state_;
};

}  // namespace sidecar
