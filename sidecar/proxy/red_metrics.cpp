#include "sidecar/proxy/red_metrics.hpp"

#include <array>

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

// OpenTelemetry semantic conventions, http.server.request.duration.
constexpr std::array duration_bounds{.005, .01, .025, .05, .075, .1,  .25,
                                     .5,   .75, 1.,   2.5, 5.,   7.5, 10.};
constexpr std::array overhead_bounds{.00005, .0001, .00025, .0005, .001, .0025, .005,
                                     .01,    .025,  .05,    .1,    .25,  1.};

constexpr core::metric_family server_duration{
    "http_server_request_duration_seconds",
    "From the request's head to the last byte of its answer, by route.",
    core::metric_type::histogram, duration_bounds};
constexpr core::metric_family client_duration{"http_client_request_duration_seconds",
                                              "Calls of the application to other services, from "
                                              "the request's head to the last byte of the answer.",
                                              core::metric_type::histogram, duration_bounds};
constexpr core::metric_family active_requests{"http_server_active_requests", "Requests in flight.",
                                              core::metric_type::gauge};
constexpr core::metric_family overhead{
    "remora_sidecar_overhead_seconds",
    "What the sidecar added: duration less the time until the upstream's head.",
    core::metric_type::histogram, overhead_bounds};

constexpr std::uint64_t series_key(const exchange_record& r) noexcept {
  return static_cast<std::uint64_t>(r.route) << 32 | static_cast<std::uint64_t>(r.status) << 8 |
         static_cast<std::uint64_t>(r.method) << 1 | (r.synthetic ? 1 : 0);
}

}  // namespace

red_metrics::red_metrics(core::metrics_shard& metrics, const listener_settings& listener)
    : metrics_(&metrics),
      listener_(&listener),
      active_(&metrics.gauge(active_requests)),
      overhead_(&metrics.histogram(overhead)) {}

std::optional<reply> red_metrics::before(exchange_record&) {
  active_->add(1);
  return std::nullopt;
}

void red_metrics::after(exchange_record& record) {
  active_->add(-1);
  auto& cell = durations_[series_key(record)];
  if (!cell) cell = &resolve(record);
  record.observed = cell->observe(core::seconds(record.finished - record.received));
  if (record.from_upstream())
    overhead_->observe(
        core::seconds((record.finished - record.answered) + (record.forwarded - record.received)));
}

core::histogram_cell& red_metrics::resolve(const exchange_record& record) {
  const auto& route = listener_->routes[static_cast<std::size_t>(record.route)];
  return metrics_->histogram(server_duration,
                             {{"http_request_method", method_label(record.method)},
                              {"http_route", route.label},
                              {"http_response_status_code", std::to_string(record.status)},
                              {"synthetic", record.synthetic ? "true" : "false"}});
}

client_metrics::client_metrics(core::metrics_shard& metrics, const listener_settings& listener)
    : metrics_(&metrics), listener_(&listener) {}

void client_metrics::after(exchange_record& record) {
  auto& cell = durations_[static_cast<std::uint64_t>(record.status) << 8 | record.method];
  if (!cell)
    cell = &metrics_->histogram(client_duration,
                                {{"http_request_method", method_label(record.method)},
                                 {"http_response_status_code", std::to_string(record.status)},
                                 {"upstream", listener_->name}});
  record.observed = cell->observe(core::seconds(record.finished - record.received));
}

}  // namespace sidecar
