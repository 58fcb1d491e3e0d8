#include "sidecar/proxy/identity.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family refused{
    "remora_identity_refused_total",
    "Requests of callers that are on no allow-list: refused (enforce) or only counted (observe).",
    core::metric_type::counter};

}  // namespace

identity::identity(core::metrics_shard& metrics, const listener_settings& listener)
    : listener_(&listener),
      refused_(
          &metrics.counter(refused, {{"listener", listener.name},
                                     {"mode", listener.enforce_allow ? "enforce" : "observe"}})) {}

std::optional<reply> identity::before(exchange_record& record) {
  const auto& of_route = listener_->routes[static_cast<std::size_t>(record.route)].allow;
  const bool on_listener = listener_->allow.empty() || listener_->allow.admits(record.peer_names);
  const bool on_route = of_route.empty() || of_route.admits(record.peer_names);
  if (on_listener && on_route) return std::nullopt;
  refused_->add();
  if (!listener_->enforce_allow) return std::nullopt;
  reply answer{status_of(failure::denied), failure::denied, "The caller may not use this service."};
  if (record.peer.empty())
    answer.detail = "The caller has shown no certificate, and only known callers may ask for this.";
  else if (on_listener)
    answer.detail = "The caller may use this service, but not this route.";
  return answer;
}

}  // namespace sidecar
