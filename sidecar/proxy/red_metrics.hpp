#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/route.hpp"
#include "sidecar/proxy/series_table.hpp"

namespace sidecar {

/// The bounds of the duration histograms in seconds, ascending: those of the OpenTelemetry HTTP
/// conventions and these, each once.
std::vector<double> duration_bounds(std::span<const core::duration> more);

/// What `error.type` says of an exchange by the conventions: which failure it was, else the status
/// when it is `error_from` or more (500 on the serving side, 400 on the calling one), else "". Its
/// values are the enum's and statuses, so that it is bounded.
std::string error_type(const exchange_record& record, int error_from);

/// The histograms that one finished exchange is observed in.
struct exchange_cells {
  core::histogram_cell* duration = nullptr;
  core::histogram_cell* request_size = nullptr;
  core::histogram_cell* response_size = nullptr;

  /// Observes all of them and leaves in the record where the duration went.
  void observe(exchange_record& record) const noexcept;
};

/// The families of one direction, and the bounds of its duration.
struct exchange_families {
  core::metric_family duration, request_size, response_size, active;
};

/// The series of one direction of one listener: resolved when they are first seen, found by one
/// look-up afterwards, without a clock or an allocation.
class exchange_series {
 public:
  using label_list = std::vector<std::pair<std::string_view, std::string_view>>;

  exchange_series(core::metrics_shard& metrics, const exchange_families& families,
                  std::vector<double> bounds)
      : metrics_(&metrics), families_(&families), bounds_(std::move(bounds)) {}

  /// The cells of a key (not 0); `labels()` is asked for a new one only. When the table is full
  /// those of the overflow series.
  template <class Labels>
  const exchange_cells& of(std::uint64_t key, Labels labels) {
    if (const auto* known = series_.find(key)) return *known;
    return series_.full() ? overflow() : series_.add(key, resolve(labels()));
  }
  /// Exchanges in flight with a method, as an index.
  template <class Labels>
  core::gauge_cell& active(std::uint8_t method, Labels labels) {
    auto& cell = active_[method];
    if (!cell) cell = &metrics_->gauge(families_->active, core::metric_label_list(labels()));
    return *cell;
  }

 private:
  exchange_cells resolve(core::metric_label_list labels);
  const exchange_cells& overflow();

  core::metrics_shard* metrics_;
  const exchange_families* families_;
  std::vector<double> bounds_;
  std::array<core::gauge_cell*, method_count> active_{};
  series_table<exchange_cells> series_;
  exchange_cells overflow_;
};

/// Rate, errors, duration and sizes of inbound requests by the OpenTelemetry HTTP conventions, by
/// method, route, status, failure and whether they are synthetic. One a worker and listener.
class red_metrics {
 public:
  /// `bounds` as of `duration_bounds`; `metrics` and `listener` outlive this.
  red_metrics(core::metrics_shard& metrics, const listener_settings& listener,
              std::vector<double> bounds);
  std::optional<reply> before(exchange_record& record);
  void after(exchange_record& record);

 private:
  core::gauge_cell& active(std::uint8_t method);
  const listener_settings* listener_;
  exchange_series series_;
};

/// The same for the application's calls to others, by upstream instead of route.
class client_metrics {
 public:
  client_metrics(core::metrics_shard& metrics, const listener_settings& listener,
                 std::vector<double> bounds);
  std::optional<reply> before(exchange_record& record);
  void after(exchange_record& record);

 private:
  core::gauge_cell& active(std::uint8_t method);
  void add_server(exchange_series::label_list& to) const;
  const listener_settings* listener_;
  std::string address_, port_;  // of the upstream, as labels
  exchange_series series_;
};

}  // namespace sidecar
