#include "sidecar/proxy/red_metrics.hpp"

#include <algorithm>
#include <utility>

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

using core::metric_type;
using labels = exchange_series::label_list;

// OpenTelemetry semantic conventions, http.server.request.duration.
constexpr std::array convention_bounds{.005, .01, .025, .05, .075, .1,  .25,
                                       .5,   .75, 1.,   2.5, 5.,   7.5, 10.};
// The conventions name none for sizes: no body, then powers of four from 64 bytes to 256 MiB.
constexpr std::array size_bounds{0.,        64.,       256.,      1024.,    4096.,
                                 16384.,    65536.,    262144.,   1048576., 4194304.,
                                 16777216., 67108864., 268435456.};

constexpr exchange_families server{
    {"http_server_request_duration_seconds",
     "From the request's head to the last byte of its answer, by route.", metric_type::histogram},
    {"http_server_request_body_size_bytes", "Bodies of requests, as they came.",
     metric_type::histogram, size_bounds},
    {"http_server_response_body_size_bytes", "Bodies of answers, as the client got them.",
     metric_type::histogram, size_bounds},
    {"http_server_active_requests", "Requests in flight.", metric_type::gauge}};

constexpr exchange_families client{
    {"http_client_request_duration_seconds",
     "Calls of the application to other services, from the request's head to the last byte of the "
     "answer.",
     metric_type::histogram},
    {"http_client_request_body_size_bytes", "Bodies of the application's calls.",
     metric_type::histogram, size_bounds},
    {"http_client_response_body_size_bytes", "Bodies of the answers to the application's calls.",
     metric_type::histogram, size_bounds},
    {"http_client_active_requests", "Calls of the application in flight.", metric_type::gauge}};

std::string_view scheme(bool secure) noexcept {
  return secure ? "https" : "http";
}

/// What tells the series of an inbound request from others of its listener; never 0.
std::uint64_t series_key(const exchange_record& r) noexcept {
  const auto route = r.learned != 0 ? 1ull << 31 | r.learned : static_cast<std::uint64_t>(r.route);
  return 1ull << 63 | route << 29 | static_cast<std::uint64_t>(r.status & 0xffff) << 13 |
         static_cast<std::uint64_t>(r.why) << 5 | static_cast<std::uint64_t>(r.method) << 1 |
         (r.synthetic ? 1 : 0);
}

/// The same of a call.
std::uint64_t call_key(const exchange_record& r) noexcept {
  return 1ull << 63 | static_cast<std::uint64_t>(r.status & 0xffff) << 13 |
         static_cast<std::uint64_t>(r.why) << 5 | static_cast<std::uint64_t>(r.method) << 1 |
         (r.from_upstream() ? 1 : 0);
}

}  // namespace

std::vector<double> duration_bounds(std::span<const core::duration> more) {
  std::vector<double> out(convention_bounds.begin(), convention_bounds.end());
  for (const auto& bound : more) out.push_back(core::seconds(bound));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string error_type(const exchange_record& record, int error_from) {
  if (record.why != failure::none) return to_proxy_error(record.why);
  return record.status >= error_from ? std::to_string(record.status) : std::string();
}

void exchange_cells::observe(exchange_record& record) const noexcept {
  record.observed = duration->observe(core::seconds(record.finished - record.received));
  request_size->observe(static_cast<double>(record.request_bytes));
  response_size->observe(static_cast<double>(record.response_bytes));
}

exchange_cells exchange_series::resolve(core::metric_label_list labels) {
  core::metric_family duration = families_->duration;
  duration.bounds = bounds_;
  return {&metrics_->histogram(duration, labels),
          &metrics_->histogram(families_->request_size, labels),
          &metrics_->histogram(families_->response_size, labels)};
}

const exchange_cells& exchange_series::overflow() {
  const labels by{{"otel_metric_overflow", "true"}};
  if (!overflow_.duration) overflow_ = resolve(by);
  return overflow_;
}

red_metrics::red_metrics(core::metrics_shard& metrics, const listener_settings& listener,
                         std::vector<double> bounds)
    : listener_(&listener), series_(metrics, server, std::move(bounds)) {
  active(method_index("GET"));  // so that the family is there before the first request
}

core::gauge_cell& red_metrics::active(std::uint8_t method) {
  return series_.active(method, [&] {
    return labels{{"http_request_method", method_label(method)},
                  {"url_scheme", scheme(listener_->tls != nullptr)}};
  });
}

std::optional<reply> red_metrics::before(exchange_record& record) {
  active(record.method).add(1);
  return std::nullopt;
}

void red_metrics::after(exchange_record& record) {
  active(record.method).add(-1);
  std::string status, error;  // what labels may refer to
  const auto by = [&] {
    status = std::to_string(record.status);
    error = error_type(record, 500);
    labels out{{"http_request_method", method_label(record.method)},
               {"http_route", listener_->label_of(record)},
               {"http_response_status_code", status}};
    if (!error.empty()) out.emplace_back("error_type", error);
    out.emplace_back("url_scheme", scheme(listener_->tls != nullptr));
    out.emplace_back("synthetic", record.synthetic ? "true" : "false");
    return out;
  };
  series_.of(series_key(record), by).observe(record);
}

client_metrics::client_metrics(core::metrics_shard& metrics, const listener_settings& listener,
                               std::vector<double> bounds)
    : listener_(&listener), series_(metrics, client, std::move(bounds)) {
  // Which target of an SRV name was called differs from request to request: the name is what the
  // application asked for, and it says no port.
  const auto& name = listener.upstream_name;
  const bool by_records = name && name->srv;
  address_ = by_records ? name->host : listener.upstream.where.host;
  if (!by_records) port_ = std::to_string(listener.upstream.where.port);
  active(method_index("GET"));
}

void client_metrics::add_server(labels& to) const {
  to.emplace_back("server_address", address_);
  if (!port_.empty()) to.emplace_back("server_port", port_);
}

core::gauge_cell& client_metrics::active(std::uint8_t method) {
  return series_.active(method, [&] {
    labels out{{"http_request_method", method_label(method)}};
    add_server(out);
    out.emplace_back("url_scheme", scheme(listener_->upstream_tls != nullptr));
    out.emplace_back("upstream", listener_->name);
    return out;
  });
}

std::optional<reply> client_metrics::before(exchange_record& record) {
  active(record.method).add(1);
  return std::nullopt;
}

void client_metrics::after(exchange_record& record) {
  active(record.method).add(-1);
  std::string status, error;  // what labels may refer to
  const auto by = [&] {
    error = error_type(record, 400);
    labels out{{"http_request_method", method_label(record.method)}};
    // The conventions: only a status that was received.
    if (record.from_upstream()) {
      status = std::to_string(record.status);
      out.emplace_back("http_response_status_code", status);
    }
    if (!error.empty()) out.emplace_back("error_type", error);
    add_server(out);
    out.emplace_back("upstream", listener_->name);
    return out;
  };
  series_.of(call_key(record), by).observe(record);
}

}  // namespace sidecar
