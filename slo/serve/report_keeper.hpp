#pragma once

#include <cstdint>
#include <vector>

#include "core/metrics_shard.hpp"
#include "core/readiness.hpp"
#include "core/worker.hpp"
#include "slo/evidence/evidence_collector.hpp"
#include "slo/serve/config.hpp"
#include "slo/serve/page.hpp"

namespace slo {

/// Keeps a report up to date, however many people look. Lives on its worker; all references outlive
/// it. Prometheus being away leaves the last report, marked as old.
class report_keeper {
 public:
  report_keeper(core::worker& w, prometheus_client& client, shown_objectives shown,
                core::duration interval, core::readiness::condition& answered);

  void start();
  const page_state& state() const noexcept { return state_; }
  /// Grows with every attempt, and when a report gets old because attempts hang.
  std::uint64_t version();
  const std::vector<objective>& objectives() const noexcept { return shown_.objectives; }
  core::duration interval() const noexcept { return interval_; }
  unix_millis now() const;

 private:
  core::task<> keep_fresh();
  core::task<> refresh();
  core::task<collected_of<report>> read(unix_millis at);

  core::worker& worker_;
  prometheus_client& client_;
  shown_objectives shown_;
  core::duration interval_;
  core::readiness::condition& answered_;
  page_state state_;
  std::uint64_t version_ = 1;
  core::counter_cell& refreshed_;
  core::counter_cell& failed_;
  core::histogram_cell& duration_;
  core::gauge_cell& reported_at_;
};

}  // namespace slo
