#include "sidecar/proxy/route_labels.hpp"

#include <utility>

namespace sidecar {

route_labels::route_labels(const listener_settings& listener,
                           std::shared_ptr<const route_learner> learner)
    : listener_(&listener), learner_(std::move(learner)) {
  if (!learner_) return;
  version_ = learner_->version();
  routes_ = learner_->snapshot();
}

void route_labels::label(exchange_record& record) {
  // The version first: a snapshot that is newer than it is renewed once more, never kept too long.
  if (const auto version = learner_->version(); version != version_) {
    version_ = version;
    routes_ = learner_->snapshot();
  }
  const auto found = routes_->find(record.method, record.path);
  record.learned = found.number;
  record.learned_route = found.route;
}

}  // namespace sidecar
