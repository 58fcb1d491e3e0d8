#include "sidecar/proxy/sampling.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr std::uint64_t whole = 1ULL << 56;

}  // namespace

std::uint64_t sampling_threshold(double ratio) noexcept {
  if (ratio <= 0) return 0;
  if (ratio >= 1) return whole;
  return static_cast<std::uint64_t>(ratio * static_cast<double>(whole));
}

bool keep(const sampling_facts& facts, std::uint64_t threshold) noexcept {
  if (facts.synthetic) return true;
  if (facts.has_caller && facts.caller_is_trusted) return facts.caller_sampled;
  return facts.random < threshold;
}

std::optional<reply> sampling::before(exchange_record& record) {
  sampling_facts facts;
  facts.synthetic = record.synthetic;
  facts.has_caller = static_cast<bool>(record.caller);
  facts.caller_is_trusted = record.listener->trust == trust_level::peers;
  facts.caller_sampled = record.caller.sampled();
  facts.random = random_->next() >> 8;
  const bool kept = keep(facts, threshold_);
  record.context = facts.has_caller ? core::child_of(record.caller, *random_, kept)
                                    : core::new_root(*random_, kept);
  return std::nullopt;
}

}  // namespace sidecar
