#include "sidecar/proxy/upstream.hpp"

#include <algorithm>

#include "core/worker.hpp"
#include "sidecar/proxy/discovery.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family connects{"remora_sidecar_upstream_connects_total",
                                       "Connections to upstreams that were tried, by result.",
                                       core::metric_type::counter};
constexpr core::metric_family reused{"remora_sidecar_upstream_reused_total",
                                     "Requests that went over a pooled connection.",
                                     core::metric_type::counter};
constexpr core::metric_family retries{
    "remora_sidecar_retries_total",
    "Requests sent again because a pooled connection had been closed.", core::metric_type::counter};

constexpr core::metric_family targets{
    "remora_upstream_targets",
    "Targets that an upstream's name leads to, and those that are gone but still in use.",
    core::metric_type::gauge};

/// What a target gets of the time that is left, at least, before the next is tried.
constexpr core::duration shortest_try = std::chrono::seconds(1);

}  // namespace

upstream::upstream(core::worker& w, const listener_settings& settings)
    : worker_(w),
      how_(settings.upstream),
      tls_(settings.upstream_tls),
      reused_(w.metrics.counter(reused, {{"upstream", settings.name}})),
      retries_(w.metrics.counter(retries, {{"upstream", settings.name}})) {
  std::size_t i = 0;
  for (const char* result : {"ok", "refused", "timed_out", "tls", "other"})
    connects_[i++] =
        &w.metrics.counter(connects, {{"upstream", settings.name}, {"result", result}});
  if (how_.server_name.empty()) how_.server_name = how_.where.host;
  if (settings.upstream_name) {
    wanted_ = *settings.upstream_name;
    label_ = settings.name;
    return;
  }
  const auto address = core::asio::ip::make_address(settings.upstream.where.host);
  adopt({{0, 0, {address, settings.upstream.where.port}}});
}

void upstream::find_by(discovery& names) {
  if (!wanted_ || name_) return;
  if (names.reports()) {
    auto& shard = worker_.metrics;
    active_gauge_ = &shard.gauge(targets, {{"upstream", label_}, {"state", "active"}});
    draining_gauge_ = &shard.gauge(targets, {{"upstream", label_}, {"state", "draining"}});
  }
  name_ = names.watch(*wanted_);
  subscription_ = name_->subscribe([this] { adopt(name_->targets()); });
  adopt(name_->targets());
}

// Most look-ups find what is there already.
void upstream::adopt(const std::vector<upstream_target>& next) {
  if (next != targets_) {
    std::vector<lane_ptr> lanes;
    for (const auto& target : next) {
      const auto same = std::find_if(lanes_.begin(), lanes_.end(), [&](const lane_ptr& lane) {
        return lane && lane->target.at == target.at;
      });
      lanes.push_back(same == lanes_.end() ? lane_ptr(new upstream_lane(worker_, target))
                                           : std::move(*same));
      lanes.back()->target = target;
    }
    for (auto& gone : lanes_) {
      if (!gone) continue;
      gone->pool.clear();
      draining_.push_back(std::move(gone));
    }
    lanes_ = std::move(lanes);
    targets_ = next;
  }
  forget_drained();
}

void upstream::forget_drained() {
  std::erase_if(draining_, [](const lane_ptr& lane) { return lane->use_count() == 1; });
  if (!active_gauge_) return;
  active_gauge_->set(static_cast<double>(lanes_.size()));
  draining_gauge_->set(static_cast<double>(draining_.size()));
}

// Targets that rest are taken when there is no other: what could not be dialled once may be there
// again, and refusing a request is worse than trying.
upstream_lane* upstream::pick(const tried_lanes& tried) {
  if (lanes_.size() == 1 && tried.empty()) return lanes_.front().get();
  const auto untried = [&](std::size_t i) {
    return std::find(tried.begin(), tried.end(), lanes_[i]) == tried.end();
  };
  const double random = worker_.random.uniform();
  std::optional<std::size_t> found;
  if (any_rests_) {
    const auto now = core::now();
    any_rests_ = std::any_of(lanes_.begin(), lanes_.end(),
                             [now](const lane_ptr& lane) { return lane->rests_until > now; });
    const auto awake = [&](std::size_t i) { return untried(i) && lanes_[i]->rests_until <= now; };
    found = choose(targets_, awake, random);
  }
  if (!found) found = choose(targets_, untried, random);
  return found ? lanes_[*found].get() : nullptr;
}

connection upstream::take(bool fresh_only) {
  static const tried_lanes none;
  connection out;
  out.lane = pick(none);
  if (out.lane) out.stream = out.lane->pool.take(fresh_only);
  if (out.stream) reused_.add();
  return out;
}

core::task<connection> upstream::connect(core::deadline until) {
  connection out;
  out.why = failure::destination_unavailable;
  if (lanes_.empty() && name_) {
    const bool known = co_await name_->looked_up(until);
    if (lanes_.empty()) {
      count(known ? outcome::other : outcome::timed_out);
      if (!known) out.why = failure::connection_timeout;
      co_return out;
    }
  }
  tried_lanes tried;
  while (upstream_lane* lane = pick(tried)) {
    out.lane = lane;
    auto dialled = co_await dial(out.lane, until, tried.size());
    if (dialled.stream) {
      count(outcome::ok);
      out.why = failure::none;
      out.stream = std::move(dialled.stream);
      co_return out;
    }
    out.why = failed(dialled.error);
    const auto now = core::now();
    if (until.passed(now)) co_return out;
    out.lane->rests_until = now + rest;
    any_rests_ = true;
    tried.push_back(out.lane);
  }
  co_return out;
}

// A dead target leaves the others their share of the time.
core::task<core::dialled> upstream::dial(lane_ptr lane, core::deadline until, std::size_t tried) {
  core::dial_target target = how_;
  target.where = lane->pool.target().where;
  if (tls_) target.tls = tls_->current();
  const std::size_t left = lanes_.size() > tried ? lanes_.size() - tried : 1;
  core::deadline share = until;
  if (left > 1) {
    const auto now = core::now();
    const auto part = until.left(now) / static_cast<core::duration::rep>(left);
    share = sooner(until, core::deadline::in(std::max(part, shortest_try), now));
  }
  auto dialled = co_await core::dial(worker_, target, share);
  if (dialled.stream) dialled.stream->expires(until);
  co_return dialled;
}

void upstream::put(std::unique_ptr<core::byte_stream> stream, core::instant now) {
  if (!name_) return lanes_.front()->pool.put(std::move(stream), now);
  const auto lane = std::find_if(lanes_.begin(), lanes_.end(), [&](const lane_ptr& l) {
    return l->target.at == stream->remote();
  });
  if (lane == lanes_.end()) return;  // the target is gone: so goes the stream
  (*lane)->pool.put(std::move(stream), now);
}

failure upstream::failed(const core::error_code& error) noexcept {
  switch (core::classify(error)) {
    case core::errc::refused: count(outcome::refused); return failure::connection_refused;
    case core::errc::timed_out: count(outcome::timed_out); return failure::connection_timeout;
    case core::errc::tls_handshake:
    case core::errc::tls_certificate: count(outcome::tls); return failure::tls;
    default: count(outcome::other); return failure::destination_unavailable;
  }
}

}  // namespace sidecar
