#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/metrics_shard.hpp"
#include "core/worker.hpp"
#include "sidecar/proxy/exchange_record.hpp"
#include "sidecar/proxy/fault_board.hpp"

namespace sidecar {

/// Faults of drills, in the place of the application: a delay (before the request is forwarded), a
/// status that it answers, or a connection that it closes without an answer (502, as for any
/// application that does so). The innermost layer: what happens here is seen by limits and
/// telemetry as if the application did it. Every fault that fits happens, top to bottom: delays add
/// up, and the first status or reset ends the request. A delay never outlasts the request's
/// deadline: then it is answered 504.
class faults {
 public:
  /// `board` is null in a process that must not inject faults.
  faults(core::worker& w, const listener_settings& listener, std::shared_ptr<fault_board> board);

  std::optional<reply> before(exchange_record& record) {
    if (!board_) return std::nullopt;
    return inject(record);
  }
  core::task<std::optional<reply>> hold(exchange_record& record);

 private:
  enum class kind { delay, abort, reset };
  std::optional<reply> inject(exchange_record& record);
  void refresh();
  void decide(exchange_record& record);
  bool concerns(std::size_t rule, const exchange_record& record) const noexcept;
  std::optional<reply> answer(const exchange_record& record) const noexcept;
  void count(const exchange_record& record, kind what) noexcept;

  core::worker* worker_;
  const listener_settings* listener_;
  std::shared_ptr<fault_board> board_;
  std::uint64_t version_ = 0;
  std::shared_ptr<const fault_rules> rules_;
  std::vector<int> routes_;                                   // of each rule; -1 for all
  std::vector<std::array<core::counter_cell*, 3>> injected_;  // by route
};

}  // namespace sidecar
