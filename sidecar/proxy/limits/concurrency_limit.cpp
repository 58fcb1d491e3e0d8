#include "sidecar/proxy/limits/concurrency_limit.hpp"

#include <algorithm>

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr std::array wait_bounds{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.};

constexpr core::metric_family queued{
    "remora_limit_queued_total",
    "Requests that waited for a place (enforced), or would have (observed).",
    core::metric_type::counter};
constexpr core::metric_family queue_length{
    "remora_limit_queue_length", "Requests that wait for a place.", core::metric_type::gauge};
constexpr core::metric_family queue_seconds{
    "remora_limit_queue_seconds",
    "How long requests waited for a place, admitted in the end or not.",
    core::metric_type::histogram, wait_bounds};

/// No route is called so: they start with a slash, but for `other`.
constexpr const char* whole_listener = "all";

bool limits_any(const listener_protection& p) noexcept {
  return p.whole || std::any_of(p.routes.begin(), p.routes.end(),
                                [](const auto& route) { return route.has_value(); });
}

}  // namespace

concurrency_limit::concurrency_limit(core::worker& w, const listener_settings& listener,
                                     probe_reserve reserve, std::shared_ptr<delay_watch> watch)
    : worker_(&w), listener_(&listener), reserve_(std::move(reserve)), watch_(std::move(watch)) {
  if (!listener.protection || !limits_any(*listener.protection)) return;
  shared_ = listener.protection;
  if (shared_->whole) whole_.emplace(make_guard(*shared_->whole, whole_listener));
  routes_.resize(listener.routes.size());
  for (std::size_t i = 0; i < routes_.size(); ++i)
    if (shared_->routes[i])
      routes_[i].emplace(make_guard(*shared_->routes[i], listener.routes[i].label.c_str()));
}

concurrency_limit::guard concurrency_limit::make_guard(const concurrency_state& state,
                                                       const char* route) {
  core::metrics_shard& metrics = worker_->metrics;
  const bool enforce = state.config.enforce;
  const auto& name = listener_->name;
  return {state,
          limit_refusals(metrics, *listener_, limit_kind::concurrency, enforce),
          limit_refusals(metrics, *listener_, limit_kind::queue_timeout, enforce),
          &metrics.counter(queued,
                           {{"listener", name}, {"route", route}, {"mode", mode_label(enforce)}}),
          &metrics.gauge(queue_length, {{"listener", name}, {"route", route}}),
          &metrics.histogram(queue_seconds, {{"listener", name}, {"route", route}})};
}

concurrency_limit::guard* concurrency_limit::route_guard(const exchange_record& record) noexcept {
  auto& g = routes_[static_cast<std::size_t>(record.route)];
  return g ? &*g : nullptr;
}

// Nobody waits for real: who comes when the line would be full too would have been refused. How
// long those in line would have waited cannot be told.
bool concurrency_limit::observe(guard& g, exchange_record& record) {
  const admission_gate& gate = *g.state.gate;
  const std::uint64_t before = gate.in_flight();
  if (before < gate.places()) return true;
  if (reserve_.take(record)) return false;
  if (before < gate.places() + gate.length())
    g.queued->add();
  else
    g.full.refuse(record, {});
  return true;
}

concurrency_limit::entry concurrency_limit::try_enter(guard& g, bool& place,
                                                      exchange_record& record,
                                                      std::optional<reply>& answer) {
  admission_gate& gate = *g.state.gate;
  if (!g.state.config.enforce) {
    if (!observe(g, record)) return entry::inside;
    gate.enter_anyway();
    place = true;
    return entry::inside;
  }
  place = gate.try_enter();
  if (place || reserve_.take(record)) return entry::inside;
  if (!gate.full()) return entry::must_wait;
  answer = g.full.refuse(record, shared_->config.retry_after);
  return entry::refused;
}

std::optional<reply> concurrency_limit::enter(exchange_record& record) {
  std::optional<reply> answer;
  entry at = entry::inside;
  if (guard* g = route_guard(record))
    at = try_enter(*g, record.limits.place_in_route, record, answer);
  if (at == entry::inside && whole_ && !record.limits.reserved)
    at = try_enter(*whole_, record.limits.place_in_listener, record, answer);
  if (at == entry::must_wait) record.held = true;
  return answer;
}

core::task<std::optional<reply>> concurrency_limit::hold(exchange_record& record) {
  if (!shared_ || record.limits.reserved) co_return std::nullopt;
  guard* const of_route = route_guard(record);
  if (of_route && !record.limits.place_in_route) {
    auto answer = co_await wait(*of_route, record.limits.place_in_route, record);
    if (answer) co_return answer;
  }
  if (whole_ && !record.limits.place_in_listener && !record.limits.reserved) {
    auto answer = co_await wait(*whole_, record.limits.place_in_listener, record);
    if (answer) co_return answer;
  }
  co_return std::nullopt;
}

core::task<std::optional<reply>> concurrency_limit::wait(guard& g, bool& place,
                                                         exchange_record& record) {
  std::optional<reply> answer;
  const entry at = try_enter(g, place, record, answer);
  if (at != entry::must_wait) co_return answer;
  const core::instant from = core::now();
  const auto until =
      sooner(core::deadline::in(g.state.config.queue.timeout, record.received), record.until);
  g.queued->add();
  g.length->add(1);
  const admission how = co_await wait_for_place(*worker_, g.state.gate, until);
  g.length->add(-1);
  const core::duration waited = core::now() - from;
  g.waited->observe(core::seconds(waited));
  if (watch_) watch_->waited(waited);
  place = how == admission::admitted;
  if (place) co_return std::nullopt;
  limit_refusals& why = how == admission::full ? g.full : g.late;
  co_return why.refuse(record, shared_->config.retry_after);
}

void concurrency_limit::leave(exchange_record& record) {
  if (record.limits.place_in_listener) whole_->state.gate->leave(record.finished);
  if (record.limits.place_in_route) route_guard(record)->state.gate->leave(record.finished);
}

}  // namespace sidecar
