#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "sidecar/proxy/limits/delay_watch.hpp"
#include "sidecar/proxy/limits/probe_reserve.hpp"
#include "sidecar/proxy/limits/protection.hpp"
#include "sidecar/proxy/limits/refusals.hpp"

namespace sidecar {

/// Requests in flight, of a route and of the whole listener; beyond them requests wait in line, and
/// beyond that they are refused. The count and the line are shared by all workers (SO_REUSEPORT
/// spreads connections unevenly, so that a divided limit would refuse while places are free): one
/// compare-and-swap to enter and one to leave, about 10 ns each. A request in flight keeps its
/// place until its answer's last byte, whatever became of it.
class concurrency_limit {
 public:
  /// `watch` is told how long requests waited; null when nobody wants to know.
  concurrency_limit(core::worker& w, const listener_settings& listener, probe_reserve reserve,
                    std::shared_ptr<delay_watch> watch);

  std::optional<reply> before(exchange_record& record) {
    if (!shared_ || record.limits.reserved) return std::nullopt;
    return enter(record);
  }
  core::task<std::optional<reply>> hold(exchange_record& record);
  void after(exchange_record& record) {
    if (shared_) leave(record);
  }

 private:
  struct guard {  // one limit: the gate, and this worker's series
    concurrency_state state;
    limit_refusals full, late;
    core::counter_cell* queued;
    core::gauge_cell* length;
    core::histogram_cell* waited;
  };
  enum class entry { inside, must_wait, refused };

  guard make_guard(const concurrency_state& state, const char* route);
  guard* route_guard(const exchange_record& record) noexcept;
  bool observe(guard& g, exchange_record& record);
  entry try_enter(guard& g, bool& place, exchange_record& record, std::optional<reply>& answer);
  std::optional<reply> enter(exchange_record& record);
  core::task<std::optional<reply>> wait(guard& g, bool& place, exchange_record& record);
  void leave(exchange_record& record);

  core::worker* worker_;
  const listener_settings* listener_;
  std::shared_ptr<const listener_protection> shared_;  // null without any concurrency limit
  probe_reserve reserve_;
  std::shared_ptr<delay_watch> watch_;
  std::optional<guard> whole_;
  std::vector<std::optional<guard>> routes_;
};

}  // namespace sidecar
