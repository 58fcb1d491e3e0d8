#include "sidecar/proxy/route_learner.hpp"

#include <algorithm>

#include "core/exposition.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family learned_family{
    "remora_learned_routes", "Route templates learned from the application's spans.",
    core::metric_type::gauge};
constexpr core::metric_family refused_family{"remora_learned_routes_refused_total",
                                             "Spans whose route was not learned, by reason.",
                                             core::metric_type::counter};

std::string_view text_of_path(std::string_view path) noexcept {
  return path.substr(0, 128);  // for people; a path may be long
}

}  // namespace

learned_routes::match learned_routes::find(std::uint8_t method,
                                           std::string_view path) const noexcept {
  match out;
  templates_.walk(path, [&](int leaf) {
    const std::uint16_t number = by_leaf_[static_cast<std::size_t>(leaf)][method];
    out.conflict = number == conflicting;
    if (number != 0 && !out.conflict) out.number = number;
    return number != 0;
  });
  if (out.number != 0) out.route = names_[out.number - 1u];
  return out;
}

route_learner::route_learner(std::size_t limit)
    : limit_(std::min(limit, most_templates)), now_(std::make_shared<const learned_routes>()) {}

void route_learner::set_limit(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  limit_ = std::min(limit, most_templates);
}

std::shared_ptr<const learned_routes> route_learner::snapshot() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void route_learner::learn(std::uint8_t method, std::string_view path, std::string_view http_route) {
  if (method >= method_count) return;
  const std::lock_guard lock(mutex_);
  if (limit_ == 0 || is_known(method, path, http_route)) return;
  auto found = to_template(http_route, path);
  if (found.why == route_refusal::none) found.why = check_room(found.route);
  if (found.why != route_refusal::none) {
    ++refused_[static_cast<std::size_t>(found.why)];
    return;
  }
  insert(method, path, found.route);
  name& its = names_[by_route_.find(found.route)->second.number - 1u];
  its.spelled = http_route;
  ++its.spans;
}

bool route_learner::is_known(std::uint8_t method, std::string_view path,
                             std::string_view http_route) {
  const auto known = now_->find(method, path);
  if (known.number == 0 || names_[known.number - 1u].spelled != http_route) return false;
  ++names_[known.number - 1u].spans;
  return true;
}

route_refusal route_learner::check_room(const std::string& route) const {
  if (by_route_.contains(route)) return route_refusal::none;
  if (names_.size() >= limit_) return route_refusal::full;
  if (now_->templates_.siblings_of(route) >= most_siblings) return route_refusal::crowded;
  return route_refusal::none;
}

route_learner::place route_learner::place_of(learned_routes& next, const std::string& route) {
  const auto known = by_route_.find(route);
  if (known != by_route_.end()) return known->second;
  const auto leaf = static_cast<std::size_t>(next.templates_.add(route));
  next.by_leaf_.resize(next.templates_.leaves());
  names_.push_back({route, {}, 0});
  next.names_.push_back(names_.back().route);
  return by_route_[route] = {static_cast<std::uint16_t>(names_.size()), leaf};
}

bool route_learner::says_nothing_new(std::uint8_t method, std::string_view path,
                                     place known) const {
  const std::uint16_t slot = now_->by_leaf_[known.leaf][method];
  if (slot != known.number && slot != learned_routes::conflicting) return false;
  const auto first = now_->find(method, path);
  return first.conflict || first.number == known.number;
}

void route_learner::insert(std::uint8_t method, std::string_view path, const std::string& route) {
  const auto known = by_route_.find(route);
  if (known != by_route_.end() && says_nothing_new(method, path, known->second)) return;
  auto next = std::make_shared<learned_routes>(*now_);
  const auto [number, leaf] = place_of(*next, route);
  std::uint16_t& slot = next->by_leaf_[leaf][method];
  if (slot == 0)
    slot = number;
  else if (slot != number)
    collide(slot, method, path, route);
  // A more special template takes this path, and the application says that it should not.
  next->templates_.walk(path, [&, its = number](int first) {
    std::uint16_t& taken = next->by_leaf_[static_cast<std::size_t>(first)][method];
    if (taken != 0 && taken != its) collide(taken, method, path, route);
    return taken != 0;
  });
  now_ = std::move(next);
  version_.fetch_add(1, std::memory_order_release);
}

void route_learner::collide(std::uint16_t& slot, std::uint8_t method, std::string_view path,
                            const std::string& route) {
  if (slot == learned_routes::conflicting) return;
  std::string text(method_label(method));
  text.append(" ").append(text_of_path(path)).append(": ");
  text.append(names_[slot - 1u].route).append(" and ").append(route);
  conflicts_.push_back(std::move(text));
  slot = learned_routes::conflicting;
}

std::vector<route_learner::learned> route_learner::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<learned> out;
  std::vector<int> place(names_.size(), -1);
  const auto entry = [&](std::uint16_t number) -> learned& {
    int& at = place[number - 1u];
    if (at < 0) {
      at = static_cast<int>(out.size());
      out.push_back({names_[number - 1u].route, {}, names_[number - 1u].spans});
    }
    return out[static_cast<std::size_t>(at)];
  };
  now_->templates_.each([&](int leaf) {
    const auto& numbers = now_->by_leaf_[static_cast<std::size_t>(leaf)];
    for (std::uint8_t m = 0; m < method_count; ++m)
      if (numbers[m] != 0 && numbers[m] != learned_routes::conflicting)
        entry(numbers[m]).methods.emplace_back(method_label(m));
  });
  return out;
}

std::vector<std::string> route_learner::conflicts() const {
  const std::lock_guard lock(mutex_);
  return conflicts_;
}

std::uint64_t route_learner::refused(route_refusal why) const {
  const std::lock_guard lock(mutex_);
  return refused_[static_cast<std::size_t>(why)];
}

void route_learner::write(core::exposition_writer& out) const {
  const std::lock_guard lock(mutex_);
  const auto sample = [](std::string_view name, std::string_view value) {
    const std::pair<std::string_view, std::string_view> label[] = {{name, value}};
    return core::render_labels(label);
  };
  if (out.family(learned_family)) {
    out.gauge(sample("state", "learned"), static_cast<double>(names_.size()));
    out.gauge(sample("state", "conflict"), static_cast<double>(conflicts_.size()));
  }
  if (!out.family(refused_family)) return;
  for (std::size_t i = 1; i < refused_.size(); ++i)
    out.counter(sample("reason", to_label(static_cast<route_refusal>(i))),
                static_cast<double>(refused_[i]));
}

}  // namespace sidecar
