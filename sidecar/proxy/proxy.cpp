#include "sidecar/proxy/proxy.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <stdexcept>

#include "core/log.hpp"

namespace sidecar {
namespace {

/// Drains one listener on its own worker and says when it is done.
core::task<> drain_listener(listener& l, core::deadline until, std::atomic<int>& left) {
  co_await l.drain(until);
  left.fetch_sub(1, std::memory_order_release);
}

/// Ticks until it is told to stop, which the last owner but this one does.
core::task<> keep_house(core::worker& w, std::shared_ptr<tracing_state> state) {
  while (!state->stopped()) {
    co_await core::sleep_for(w, std::chrono::seconds(1));
    if (!state->stopped()) state->tick(core::now());
  }
}

}  // namespace

proxy::proxy(core::worker& first, const sidecar_config& config, core::span_sink& sink,
             core::logger& log)
    : first_(first),
      sink_(sink),
      log_(log),
      lines_(log),
      tls_(std::make_shared<core::tls_reloader>(first)),
      tracing_(std::make_shared<tracing_state>(sink, config.tracing, config.relay.has_value())),
      bounds_(duration_bounds(config.metrics.duration_bounds)),
      settings_(make_all(config, {})) {
  open_access_log(config);
  adopt_common(config);
  if (config.allow_faults)
    for (const auto& settings : settings_)
      boards_.push_back(std::make_shared<fault_board>(settings->name));
  adopt_faults();
  for (std::int64_t i = 0; i < config.workers; ++i) {
    if (i > 0) own_workers_.push_back(std::make_unique<core::worker>(log));
    lane& l = lanes_.emplace_back();
    l.worker = i == 0 ? &first_ : own_workers_.back().get();
    l.worker->metrics.limit_by(budget_);
    l.names = std::make_unique<discovery>(*l.worker, dns_, i == 0);
    for (std::size_t n = 0; n < settings_.size(); ++n) {
      auto by = make_generation(*l.worker, n);
      by->upstream.find_by(*l.names);
      (settings_[n]->side == direction::inbound ? l.inbound : l.outbound)
          .push_back(std::make_unique<listener>(*l.worker, std::move(by)));
    }
  }
}

proxy::settings_list proxy::make_all(const sidecar_config& config, const settings_list& earlier) {
  settings_list out;
  const auto context = [&]() -> settings_context {
    return {config.tracing.slow, out.size() < earlier.size() ? earlier[out.size()].get() : nullptr};
  };
  for (const auto& inbound : config.inbound)
    out.push_back(make_settings(inbound, *tls_, context()));
  for (const auto& outbound : config.outbound)
    out.push_back(make_settings(outbound, *tls_, context()));
  return out;
}

void proxy::adopt_faults() {
  for (std::size_t i = 0; i < boards_.size(); ++i) boards_[i]->set(settings_[i]->faults);
}

// Also when nothing changed: the file may have been rotated.
void proxy::open_access_log(const sidecar_config& config) {
  if (config.access_log) lines_.open(config.access_log->path);
  access_format_ = config.access_log ? std::make_shared<const access_line_format>(
                                           *config.access_log, config.service)
                                     : nullptr;
}

access_log proxy::make_access_log(core::worker& w) {
  if (!access_format_) return {};
  const auto at =
      std::find_if(lanes_.begin(), lanes_.end(), [&](const lane& l) { return l.worker == &w; });
  auto& lane = lines_.lane(static_cast<std::size_t>(at - lanes_.begin()),
                           access_format_->config.buffer.bytes);
  return {lane, access_format_, w.wall};
}

std::shared_ptr<const core::metric_source> proxy::access_log_source() const {
  return std::make_shared<core::function_source>(
      [this](core::exposition_writer& out) { lines_.write_metrics(out); });
}

void proxy::adopt_common(const sidecar_config& config) {
  tracing_settings_ = sidecar::make_settings(config.tracing);
  tracing_->adopt(config.tracing);
  adopt_metrics(config.metrics);
  dns_ = config.dns;
  service_ = config.service;
  // The same keys keep their nonces: a reload must not let a replay through.
  if (verifier_ && config.synthetic && config.synthetic->keys == synthetic_->keys) return;
  synthetic_ = config.synthetic;
  verifier_ = synthetic_ ? std::make_shared<shared_verifier>(synthetic_->keys) : nullptr;
}

void proxy::adopt_metrics(const metrics_config& config) {
  budget_->set_limit(static_cast<std::size_t>(config.series_limit));
  learn_ = config.learn_routes;
  learner_->set_limit(learn_ ? static_cast<std::size_t>(config.learned_routes_limit) : 0);
}

proxy::~proxy() {
  tls_->stop();
  tracing_->stop();
  for (auto& w : own_workers_) w->stop();
  for (auto& t : threads_) t.join();
  tracing_->book.close();  // the sink's books have to balance, and may end with us
}

inbound_layers proxy::make_inbound(core::worker& w, std::size_t index) {
  const listener_settings& settings = *settings_[index];
  const probe_reserve reserve(w.metrics, settings,
                              settings.protection ? settings.protection->reserve : nullptr);
  load_shedding shedding(w, settings, reserve);
  auto watch = shedding.watch();
  if (tracing_->watches_roots())
    for (const auto& route : settings.routes) tracing_->roots.declare(route.label);
  return inbound_layers(
      server_span(sink_, w.wall, w.metrics, tracing_settings_, tracing_), make_access_log(w),
      red_metrics(w.metrics, settings, bounds_), phase_metrics(w.metrics),
      sli_counters(w.metrics, settings), route_labels(settings, learn_ ? learner_ : nullptr),
      caller_context(), synthetic_mark(w.metrics, w.wall, verifier_),
      sampling(w.random, w.metrics, tracing_settings_, tracing_),
      inbound_trace(tracing_settings_, tracing_, tracing_->flights(&w)),
      identity(w.metrics, settings), server_timing(calls_, service_), timeouts(w.metrics, settings),
      reserve, rate_limit(w.metrics, settings, reserve), std::move(shedding),
      concurrency_limit(w, settings, reserve, std::move(watch)),
      faults(w, settings, boards_.empty() ? nullptr : boards_[index]));
}

outbound_layers proxy::make_outbound(core::worker& w, std::size_t index) {
  const listener_settings& settings = *settings_[index];
  return outbound_layers(client_span(sink_, w.wall, tracing_settings_, tracing_),
                         make_access_log(w), client_metrics(w.metrics, settings, bounds_),
                         caller_context(),
                         sampling(w.random, w.metrics, tracing_settings_, tracing_),
                         outbound_trace(w.metrics, settings, tracing_settings_, tracing_),
                         dependency_time(calls_), timeouts(w.metrics, settings),
                         faults(w, settings, boards_.empty() ? nullptr : boards_[index]));
}

std::shared_ptr<generation> proxy::make_generation(core::worker& w, std::size_t index) {
  std::unique_ptr<request_path> path;
  const listener_settings& settings = *settings_[index];
  if (settings.side == direction::inbound)
    path = std::make_unique<layered_path<inbound_layers>>(make_inbound(w, index));
  else
    path = std::make_unique<layered_path<outbound_layers>>(make_outbound(w, index));
  return std::make_shared<generation>(w, settings_[index], std::move(path));
}

void proxy::reload(const sidecar_config& config) {
  settings_list next = make_all(config, settings_);
  const auto same_socket = [](const auto& a, const auto& b) {
    return a->side == b->side && a->name == b->name && a->listen == b->listen && !a->tls == !b->tls;
  };
  if (!std::equal(next.begin(), next.end(), settings_.begin(), settings_.end(), same_socket))
    throw std::runtime_error(
        "listeners (name, address, TLS or not) are made once: a restart is needed");
  if (static_cast<std::size_t>(config.workers) != lanes_.size())
    throw std::runtime_error("workers are started once: a restart is needed");
  if (duration_bounds(config.metrics.duration_bounds) != bounds_)
    throw std::runtime_error("bounds of histograms are made once: a restart is needed");
  open_access_log(config);
  settings_ = std::move(next);
  tls_->watch();
  if (config.dns != dns_)
    for (auto& l : lanes_)
      core::asio::post(l.worker->io, [&l, dns = config.dns, tells = &l == &lanes_.front()] {
        l.names = std::make_unique<discovery>(*l.worker, dns, tells);
      });
  adopt_common(config);
  adopt_faults();
  for (auto& l : lanes_) {
    std::size_t i = 0;
    for (auto* side : {&l.inbound, &l.outbound})
      for (auto& listener : *side)
        core::asio::post(l.worker->io, [&l, &to = *listener, by = make_generation(*l.worker, i++)] {
          by->upstream.find_by(*l.names);
          to.adopt(by);
        });
  }
}

void proxy::start() {
  for (auto& l : lanes_) {
    std::size_t i = 0;
    for (auto* side : {&l.inbound, &l.outbound})
      for (auto& listener : *side) start_listener(*listener, i++);
  }
  first_.start("tracing", keep_house(first_, tracing_));
  tls_->watch();
  for (auto& w : own_workers_) threads_.emplace_back([&w] { w->run(); });
}

// All workers share the port that the first one was given.
void proxy::start_listener(listener& l, std::size_t index) {
  const std::uint16_t port = l.start(index < ports_.size() ? ports_[index].second : 0);
  if (index < ports_.size()) return;
  const auto& settings = *l.current()->settings;
  ports_.emplace_back(settings.name, port);
  log_.info("listening",
            {{"listener", settings.name}, {"address", settings.listen.host}, {"port", port}});
}

std::uint16_t proxy::port(std::string_view listener_name) const noexcept {
  for (const auto& [name, port] : ports_)
    if (name == listener_name) return port;
  return 0;
}

bool proxy::has_route(std::string_view listener_name, std::string_view label) const noexcept {
  for (const auto& settings : settings_)
    for (const auto& route : settings->routes)
      if (settings->name == listener_name && route.label == label) return true;
  return false;
}

core::task<> proxy::drain_all(std::vector<std::unique_ptr<listener>> lane::*side,
                              core::deadline until) {
  std::atomic<int> left{0};
  for (auto& l : lanes_)
    for (auto& listener : l.*side) {
      left.fetch_add(1);
      core::asio::post(l.worker->io, [&listener, until, &left] {
        listener->worker().start("drain", drain_listener(*listener, until, left));
      });
    }
  while (left.load(std::memory_order_acquire) > 0)
    co_await core::sleep_for(first_, std::chrono::milliseconds(5));
}

core::task<> proxy::drain(core::deadline until) {
  co_await drain_all(&lane::inbound, until);
  co_await drain_all(&lane::outbound, until);
}

request_accounts proxy::accounts() const {
  request_accounts sum;
  for (const auto& l : lanes_)
    for (const auto* side : {&l.inbound, &l.outbound})
      for (const auto& listener : *side) sum.add(listener->accounts());
  return sum;
}

std::vector<const core::metrics_shard*> proxy::shards() const {
  std::vector<const core::metrics_shard*> out;
  for (const auto& l : lanes_) out.push_back(&l.worker->metrics);
  return out;
}

void proxy::add_sources(core::exposition& to) const {
  to.add(
      std::make_shared<core::function_source>([tls = tls_, budget = budget_, learner = learner_,
                                               tracing = tracing_](core::exposition_writer& out) {
        tls->write(out);
        budget->write(out);
        learner->write(out);
        tracing->write_metrics(out);
      }));
}

}  // namespace sidecar
