#include "sidecar/proxy/phase_metrics.hpp"

namespace sidecar {
namespace {

constexpr std::array overhead_bounds{.00005, .0001, .00025, .0005, .001, .0025, .005,
                                     .01,    .025,  .05,    .1,    .25,  1.};
// From what a write costs to what an application may take.
constexpr std::array phase_bounds{.00001, .000025, .00005, .0001, .00025, .0005, .001,
                                  .0025,  .005,    .01,    .025,  .05,    .1,    .25,
                                  .5,     1.,      2.5,    5.,    10.};

constexpr core::metric_family phase_seconds{"remora_sidecar_phase_seconds",
                                            "Where the time of inbound requests went, by phase.",
                                            core::metric_type::histogram, phase_bounds};
constexpr core::metric_family overhead{
    "remora_sidecar_overhead_seconds",
    "What the sidecar added: duration less the time until the upstream's head.",
    core::metric_type::histogram, overhead_bounds};

constexpr std::array<const char*, 6> labels = {"head", "queue", "connect", "send", "app", "write"};

constexpr core::instant never{};

}  // namespace

phase_metrics::phase_metrics(core::metrics_shard& metrics)
    : overhead_(&metrics.histogram(overhead)) {
  for (std::size_t i = 0; i < phases_.size(); ++i)
    phases_[i] = &metrics.histogram(phase_seconds, {{"phase", labels[i]}});
}

void phase_metrics::after(const exchange_record& r) noexcept {
  const auto observe = [this](phase p, core::instant from, core::instant to) {
    phases_[p]->observe(core::seconds(to - from));
  };
  observe(head, r.arrived, r.received);
  observe(queue, r.received, r.admitted);
  if (r.connected == never) return;
  observe(connect, r.admitted, r.connected);
  if (r.forwarded == never) return;
  observe(send, r.connected, r.forwarded);
  if (!r.from_upstream()) return;
  observe(app, r.forwarded, r.answered);
  observe(write, r.answered, r.finished);
  overhead_->observe(core::seconds((r.finished - r.answered) + (r.forwarded - r.received)));
}

}  // namespace sidecar
