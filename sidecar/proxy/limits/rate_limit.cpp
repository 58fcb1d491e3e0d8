#include "sidecar/proxy/limits/rate_limit.hpp"

#include "sidecar/proxy/limits/client_key.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family crowded{
    "remora_limit_rate_crowded_total",
    "Requests of clients that found no room in a rate limit's table and shared a bucket.",
    core::metric_type::counter};

/// What a rule counts by, so that an address never shares a bucket with a token.
enum class domain : std::uint64_t { client_v4, client_v6, peer, header };

std::uint64_t hashed(const hash_key& key, domain what, std::string_view text) noexcept {
  hash_key own = key;
  own.second ^= static_cast<std::uint64_t>(what);
  return keyed_hash(own, text);
}

std::uint64_t hashed_client(const hash_key& key, const exchange_record& record) noexcept {
  const client_key client = client_of(record.client.address());
  const auto* bytes = reinterpret_cast<const char*>(&client.bits);
  return hashed(key, client.v6 ? domain::client_v6 : domain::client_v4,
                {bytes, sizeof client.bits});
}

}  // namespace

rate_limit::rate_limit(core::metrics_shard& metrics, const listener_settings& listener,
                       probe_reserve reserve)
    : shared_(listener.protection), reserve_(std::move(reserve)) {
  if (!shared_ || shared_->rates.empty()) return;
  crowded_ = &metrics.counter(crowded, {{"listener", listener.name}});
  for (std::size_t i = 0; i < shared_->rates.size(); ++i) {
    const rate_config& config = shared_->config.rates[i];
    rules_.push_back({&config, shared_->rates[i],
                      limit_refusals(metrics, listener, limit_kind::rate, config.enforce)});
  }
}

std::uint64_t rate_limit::key_of(const rate_config& config,
                                 const exchange_record& record) const noexcept {
  if (config.by == rate_key::peer && !record.peer.empty())
    return hashed(shared_->key, domain::peer, record.peer);
  if (config.by == rate_key::header)
    if (const auto value = record.request->fields.find(config.header))
      return hashed(shared_->key, domain::header, *value);
  return hashed_client(shared_->key, record);
}

std::optional<reply> rate_limit::check(exchange_record& record) {
  const std::int64_t now = bucket_time(record.received);
  for (rule& r : rules_) {
    const auto answer = r.table->take(key_of(*r.config, record), now);
    if (answer.shared) crowded_->add();
    if (answer.got.taken || reserve_.take(record)) continue;
    if (auto refused = r.refusals.refuse(record, answer.got.wait)) return refused;
  }
  return std::nullopt;
}

}  // namespace sidecar
