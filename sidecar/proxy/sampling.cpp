#include "sidecar/proxy/sampling.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family candidates{
    "remora_trace_share_candidates_total",
    "Requests of which a share is kept: no probes, and none that a trusted caller decided for.",
    core::metric_type::counter};

bool follows(const sampling_facts& facts, record_mode record, rule_modes modes) noexcept {
  return facts.has_caller && facts.caller_is_trusted && modes.is_on(trace_rule::head) &&
         (facts.caller_sampled || record == record_mode::sampled);
}

}  // namespace

rule_bits head_rules(const sampling_facts& facts, std::uint64_t threshold, record_mode record,
                     rule_modes modes) noexcept {
  rule_bits out = 0;
  if (facts.synthetic) out |= bit(trace_rule::synthetic);
  if (facts.has_caller && facts.caller_is_trusted && facts.caller_sampled)
    out |= bit(trace_rule::head);
  if (!follows(facts, record, modes) && facts.random < threshold) out |= bit(trace_rule::share);
  return out;
}

sampling::sampling(core::random_source& random, core::metrics_shard& metrics,
                   std::shared_ptr<const tracing_settings> settings,
                   std::shared_ptr<tracing_state> state)
    : random_(&random),
      candidates_(&metrics.counter(candidates)),
      settings_(std::move(settings)),
      state_(std::move(state)) {
  state_->add_candidates(*candidates_);
}

std::optional<reply> sampling::before(exchange_record& record) {
  const rule_modes modes = modes_for(record);
  sampling_facts facts;
  facts.synthetic = record.synthetic && !record.load;
  facts.has_caller = static_cast<bool>(record.caller);
  facts.caller_is_trusted = record.listener->trust == trust_level::peers;
  facts.caller_sampled = record.caller.sampled();
  record.context = facts.has_caller ? core::child_of(record.caller, *random_, false)
                                    : core::new_root(*random_, false);
  facts.random = randomness(record, facts.has_caller && !facts.caller_is_trusted);
  record.trace_rules = head_rules(facts, state_->threshold(), settings_->record, modes);
  if (!facts.synthetic && !follows(facts, settings_->record, modes)) candidates_->add();
  if (sampled_here(record, modes)) record.context.flags |= core::span_context::sampled_flag;
  return std::nullopt;
}

std::uint64_t sampling::randomness(exchange_record& record, bool stranger) {
  if (!stranger) return randomness_of(record.context, record.state);
  const std::uint64_t ours = random_->next() >> 8;
  if (settings_->record == record_mode::all)
    record.state.set("ot", randomness_member(ours));
  else if (!record.state.empty())
    record.state.erase("ot");
  return ours;
}

// The flag of the application's own call is the one that it was given here.
rule_modes sampling::modes_for(const exchange_record& record) const noexcept {
  rule_modes modes = settings_->rules;
  if (record.listener->side == direction::outbound) modes.on |= bit(trace_rule::head);
  return modes;
}

bool sampling::sampled_here(const exchange_record& record, rule_modes modes) const {
  const bool kept = decide(record.trace_rules, modes).kept();
  if (settings_->record == record_mode::sampled) return kept;
  if (record.listener->side == direction::inbound) return true;
  // The application's flag only says that it records: the trace's own standing is what others get.
  switch (state_->book.look(record.context.trace)) {
    case trace_book::standing::kept: return true;
    case trace_book::standing::open:
    case trace_book::standing::dropped: return false;
    case trace_book::standing::unknown: break;
  }
  return kept;
}

}  // namespace sidecar
