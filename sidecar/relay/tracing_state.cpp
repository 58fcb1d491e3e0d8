#include "sidecar/relay/tracing_state.hpp"

#include <algorithm>

#include "core/exposition.hpp"

namespace sidecar {
namespace {

using namespace std::chrono_literals;

constexpr auto mark_life = 60s;

constexpr core::metric_family share_family{"remora_trace_share_ratio",
                                           "Share of ordinary requests that is kept at present.",
                                           core::metric_type::gauge};

}  // namespace

std::shared_ptr<const tracing_settings> make_settings(const tracing_config& config) {
  auto out = std::make_shared<tracing_settings>();
  out->record = config.record;
  out->rules = modes_of(config.rules);
  out->query_keys = config.query_keys;
  return out;
}

tracing_state::tracing_state(core::span_sink& sink, const tracing_config& config, bool relayed)
    : book(sink, config.hold), relayed_(relayed) {
  adopt(config);
}

void tracing_state::adopt(const tracing_config& config) {
  all_ = config.record == record_mode::all;
  watch_ = relayed_ && config.propagation;
  if (config.traces_per_second && config.traces_per_second == target_) return;
  target_ = config.traces_per_second;
  controller_.reset();
  if (target_) controller_.emplace(*target_, config.sample_ratio);
  ratio_ = config.sample_ratio;
  threshold_.set(sampling_threshold(config.sample_ratio));
}

flight_cell& tracing_state::flights(const void* worker) {
  // A reload asks while workers read: what is there must be found without touching the map.
  if (const auto at = flights_.find(worker); at != flights_.end()) return *at->second;
  return *flights_.emplace(worker, std::make_unique<flight_cell>()).first->second;
}

bool tracing_state::any_in_flight() const noexcept {
  return std::any_of(flights_.begin(), flights_.end(),
                     [](const auto& cell) { return cell.second->any(); });
}

void tracing_state::tick(core::instant now) {
  adapt_share(now);
  ticked_ = now;
  if (rotated_ == core::instant{}) rotated_ = now;
  if (now - rotated_ >= mark_life) {
    marks.rotate();
    rotated_ = now;
  }
  book.sweep(now);
  roots.sweep(now);
}

void tracing_state::adapt_share(core::instant now) {
  std::uint64_t seen = 0;
  for (const auto* cell : candidates_) seen += cell->value();
  if (controller_ && ticked_ != core::instant{}) {
    ratio_ = controller_->update(seen - candidates_seen_, now - ticked_);
    threshold_.set(sampling_threshold(ratio_));
  }
  candidates_seen_ = seen;
}

void tracing_state::write_metrics(core::exposition_writer& out) const {
  if (out.family(share_family)) out.gauge("", ratio_.load());
  book.write_metrics(out);
  roots.write_metrics(out);
}

}  // namespace sidecar
