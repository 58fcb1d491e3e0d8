#pragma once

#include <optional>

#include "sidecar/access_log/access_line.hpp"
#include "sidecar/access_log/line_writer.hpp"

namespace sidecar {

/// Writes a line about every finished request that is to be logged, into its worker's lane. One a
/// worker and listener; without a format it does nothing.
class access_log {
 public:
  access_log() = default;
  /// The lane and the clock outlive the layer.
  access_log(line_lane& lane, std::shared_ptr<const access_line_format> format,
             const core::wall_clock& wall)
      : lane_(&lane), format_(format), line_(std::in_place, std::move(format), wall) {}

  void after(exchange_record& record) {
    if (format_ && record.request && is_logged(record, *format_))
      lane_->push(line_->render(record));
  }

 private:
  line_lane* lane_ = nullptr;
  std::shared_ptr<const access_line_format> format_;
  std::optional<access_line> line_;
};

}  // namespace sidecar
