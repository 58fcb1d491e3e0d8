#include "sidecar/proxy/synthetic_mark.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family signatures{
    "remora_probe_signature_total", "Requests with a remora-probe header, by what its check gave.",
    core::metric_type::counter};

}  // namespace

synthetic_mark::synthetic_mark(core::metrics_shard& metrics, const core::wall_clock& wall,
                               std::shared_ptr<shared_verifier> verifier)
    : wall_(&wall), verifier_(std::move(verifier)) {
  for (int i = 0; i < core::signature_result_count; ++i)
    results_[static_cast<std::size_t>(i)] = &metrics.counter(
        signatures, {{"result", core::to_label(static_cast<core::signature_result>(i))}});
}

std::optional<core::probe_purpose> synthetic_mark::verified(const exchange_record& record) {
  const auto header = record.request->fields.find(core::field_name::remora_probe);
  if (!header) return std::nullopt;
  core::verified_probe found;
  found.result = core::signature_result::unknown_key;
  if (record.request->fields.count(core::field_name::remora_probe) > 1)
    found.result = core::signature_result::malformed;
  else if (verifier_)
    found =
        verifier_->verify(*header, static_cast<std::int64_t>(wall_->unix_seconds(record.received)));
  results_[static_cast<std::size_t>(found.result)]->add();
  if (found.result != core::signature_result::verified) return std::nullopt;
  return found.purpose;
}

std::optional<core::probe_purpose> synthetic_mark::word_of_peer(
    const exchange_record& record) noexcept {
  if (record.listener->trust != trust_level::peers) return std::nullopt;
  const auto value = record.state.get(core::probe_member);
  return value ? core::probe_purpose_of(*value) : std::nullopt;
}

std::optional<reply> synthetic_mark::before(exchange_record& record) {
  auto purpose = verified(record);
  record.verified_here = purpose.has_value();
  if (!purpose) purpose = word_of_peer(record);
  record.synthetic = purpose.has_value();
  record.load = purpose == core::probe_purpose::load;
  if (purpose)
    record.state.set(core::probe_member, core::probe_member_value(*purpose));
  else if (!record.state.empty())
    record.state.erase(core::probe_member);
  return std::nullopt;
}

}  // namespace sidecar
