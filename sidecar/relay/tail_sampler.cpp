#include "sidecar/relay/tail_sampler.hpp"

#include <bit>

#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family decisions{
    "remora_trace_decisions_total",
    "Requests by whether their trace was kept, and the rule that decided.",
    core::metric_type::counter};

constexpr int switching_protocols = 101;

}  // namespace

const char* to_label(trace_rule rule) noexcept {
  switch (rule) {
    case trace_rule::synthetic: return "synthetic";
    case trace_rule::error: return "error";
    case trace_rule::slow: return "slow";
    case trace_rule::callee: return "callee";
    case trace_rule::head: return "head";
    case trace_rule::share: return "share";
  }
  return "share";
}

rule_modes modes_of(const trace_rules_config& config) noexcept {
  rule_modes out;
  const auto put = [&out](trace_rule rule, rule_mode mode) {
    if (mode == rule_mode::on) out.on |= bit(rule);
    if (mode == rule_mode::dry_run) out.dry |= bit(rule);
  };
  put(trace_rule::synthetic, config.synthetic);
  put(trace_rule::error, config.error);
  put(trace_rule::slow, config.slow);
  put(trace_rule::callee, config.callee);
  put(trace_rule::head, config.head);
  put(trace_rule::share, config.share);
  return out;
}

tail_decision decide(rule_bits matched, rule_modes modes) noexcept {
  tail_decision out;
  if (const unsigned keeping = matched & modes.on)
    out.by = static_cast<trace_rule>(std::countr_zero(keeping));
  else
    out.would = matched & modes.dry;
  return out;
}

bool failed(const exchange_record& record) noexcept {
  return record.status >= 500 || (record.why != failure::none && status_of(record.why) >= 500);
}

rule_bits outcome_rules(const exchange_record& record, core::instant until) noexcept {
  rule_bits out = 0;
  if (failed(record)) out |= bit(trace_rule::error);
  const auto& route = record.listener->routes[static_cast<std::size_t>(record.route)];
  if (until - record.received > route.slow && record.status != switching_protocols)
    out |= bit(trace_rule::slow);
  return out;
}

decision_counters::decision_counters(core::metrics_shard& metrics) {
  for (int i = 0; i < trace_rule_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const char* rule = to_label(static_cast<trace_rule>(i));
    kept_[at] = &metrics.counter(decisions, {{"rule", rule}, {"decision", "kept"}});
    would_keep_[at] = &metrics.counter(decisions, {{"rule", rule}, {"decision", "would_keep"}});
  }
  dropped_ =
      &metrics.counter(decisions, {{"rule", to_label(trace_rule::share)}, {"decision", "dropped"}});
}

void decision_counters::count(const tail_decision& decision) noexcept {
  if (decision.by) {
    kept_[static_cast<std::size_t>(*decision.by)]->add();
    return;
  }
  dropped_->add();
  for (unsigned left = decision.would; left != 0; left &= left - 1)
    would_keep_[static_cast<std::size_t>(std::countr_zero(left))]->add();
}

}  // namespace sidecar
