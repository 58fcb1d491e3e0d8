#pragma once

#include "core/clock.hpp"

namespace core {
class exposition_writer;
class wall_clock;
}  // namespace core

namespace probe {

/// What became of the last time that the files were read. At start they were good.
class reload_state {
 public:
  void note(bool succeeded) noexcept;
  /// `remora_probe_config_last_reload_successful` and `…_success_timestamp_seconds`.
  void write(core::exposition_writer& out, const core::wall_clock& wall) const;

 private:
  bool succeeded_ = true;
  core::instant loaded_at_ = core::now();  // what is in force
};

}  // namespace probe
