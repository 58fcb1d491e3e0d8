#include "sidecar/proxy/upstream.hpp"

#include "core/worker.hpp"

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

}  // namespace

upstream::upstream(core::worker& w, const listener_settings& settings)
    : worker_(w),
      pool_(w, settings.upstream, {}),
      tls_(settings.upstream_tls),
      reused_(w.metrics.counter(reused, {{"upstream", settings.name}})),
      retries_(w.metrics.counter(retries, {{"upstream", settings.name}})) {
  std::size_t i = 0;
  for (const char* result : {"ok", "refused", "timed_out", "tls", "other"})
    connects_[i++] =
        &w.metrics.counter(connects, {{"upstream", settings.name}, {"result", result}});
}

std::unique_ptr<core::byte_stream> upstream::take(bool fresh_only) {
  auto stream = pool_.take(fresh_only);
  if (stream) reused_.add();
  return stream;
}

core::task<connection> upstream::connect(core::deadline until) {
  connection out;
  core::dial_target target = pool_.target();
  if (tls_) target.tls = tls_->current();
  auto dialled = co_await core::dial(worker_, target, until);
  if (dialled.stream) {
    count(outcome::ok);
    out.stream = std::move(dialled.stream);
  } else {
    out.why = failed(dialled.error);
  }
  co_return out;
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
