#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/route_learner.hpp"

namespace sidecar {

/// Gives requests that fit no configured route the template that was learned for their path. One a
/// worker and listener; reads a snapshot of its own, renewed when the learner has a newer one.
class route_labels {
 public:
  /// Without a learner nothing is labelled.
  route_labels(const listener_settings& listener, std::shared_ptr<const route_learner> learner);
  std::optional<reply> before(exchange_record& record) {
    const bool configured = static_cast<std::size_t>(record.route) + 1 < listener_->routes.size();
    if (learner_ && !configured) label(record);
    return std::nullopt;
  }

 private:
  void label(exchange_record& record);

  const listener_settings* listener_;
  std::shared_ptr<const route_learner> learner_;
  std::shared_ptr<const learned_routes> routes_;
  std::uint64_t version_ = 0;  // of `routes_`
};

}  // namespace sidecar
