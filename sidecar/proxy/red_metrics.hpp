#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// Rate, errors and duration of inbound requests by the OpenTelemetry HTTP conventions, and what
/// the sidecar itself cost. One a worker and listener; the series of a (method, route, status,
/// synthetic) is resolved when it is first seen and found by one look-up afterwards.
class red_metrics {
 public:
  red_metrics(core::metrics_shard& metrics, const listener_settings& listener);
  std::optional<reply> before(exchange_record& record);
  void after(exchange_record& record);

 private:
  core::histogram_cell& resolve(const exchange_record& record);

  core::metrics_shard* metrics_;
  const listener_settings* listener_;
  core::gauge_cell* active_;
  core::histogram_cell* overhead_;
  std::unordered_map<std::uint64_t, core::histogram_cell*> durations_;
};

/// The same for the application's calls to others.
class client_metrics {
 public:
  client_metrics(core::metrics_shard& metrics, const listener_settings& listener);
  void after(exchange_record& record);

 private:
  core::metrics_shard* metrics_;
  const listener_settings* listener_;
  std::unordered_map<std::uint64_t, core::histogram_cell*> durations_;
};

}  // namespace sidecar
