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

bool synthetic_mark::verified(const exchange_record& record) {
  const auto header = record.request->fields.find(core::field_name::remora_probe);
  if (!header) return false;
  auto result = core::signature_result::unknown_key;
  if (record.request->fields.count(core::field_name::remora_probe) > 1)
    result = core::signature_result::malformed;
  else if (verifier_)
    result =
        verifier_->verify(*header, static_cast<std::int64_t>(wall_->unix_seconds(record.received)));
  results_[static_cast<std::size_t>(result)]->add();
  return result == core::signature_result::verified;
}

std::optional<reply> synthetic_mark::before(exchange_record& record) {
  const bool peer = record.listener->trust == trust_level::peers;
  record.verified_here = verified(record);
  record.synthetic = record.verified_here ||
                     (peer && record.state.get(member) == std::optional<std::string_view>(value));
  if (record.synthetic)
    record.state.set(member, value);
  else if (!record.state.empty())
    record.state.erase(member);
  return std::nullopt;
}

}  // namespace sidecar
