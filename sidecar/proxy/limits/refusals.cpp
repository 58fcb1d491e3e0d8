#include "sidecar/proxy/limits/refusals.hpp"

#include <algorithm>

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {

constinit const core::metric_family limit_refused{
    "remora_limit_refused_total",
    "Requests that a limit refused (enforced), or would have refused (observed).",
    core::metric_type::counter};

const char* to_label(limit_kind kind) noexcept {
  constexpr std::array<const char*, limit_kind_count> labels{
      "none", "rate", "overloaded", "concurrency", "queue_timeout", "connections"};
  return labels[static_cast<std::size_t>(kind)];
}

const char* mode_label(bool enforce) noexcept {
  return enforce ? "enforced" : "observed";
}

std::int64_t retry_seconds(core::duration wait) noexcept {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return std::max<std::int64_t>(1, whole);
}

limit_refusals::limit_refusals(core::metrics_shard& metrics, const listener_settings& listener,
                               limit_kind kind, bool enforce)
    : kind_(kind), enforce_(enforce) {
  for (const auto& route : listener.routes)
    routes_.push_back(&metrics.counter(limit_refused, {{"listener", listener.name},
                                                       {"limit", to_label(kind)},
                                                       {"route", route.label},
                                                       {"mode", mode_label(enforce)}}));
}

std::optional<reply> limit_refusals::refuse(exchange_record& record, core::duration retry_after) {
  routes_[static_cast<std::size_t>(record.route)]->add();
  if (!enforce_) {
    record.limits.would_refuse |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind_));
    return std::nullopt;
  }
  record.limits.refused = kind_;
  record.to_client.append("Retry-After: ").append(std::to_string(retry_seconds(retry_after)));
  record.to_client.append("\r\nRemora-Refused: ").append(to_label(kind_)).append("\r\n");
  const failure why = kind_ == limit_kind::rate ? failure::rate_limited : failure::shed;
  return reply{status_of(why), why, describe(why)};
}

}  // namespace sidecar
