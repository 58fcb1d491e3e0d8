#pragma once

#include <optional>

#include "core/config_reader.hpp"
#include "probe/checks/phases.hpp"

namespace probe {

/// The longest a phase may take; nothing for phases that may take any time.
struct phase_limits {
  std::optional<core::duration> resolve, connect, tls, send, wait, receive;

  static void describe(core::fields<phase_limits>& f);
  const std::optional<core::duration>& of(phase p) const noexcept;
};

}  // namespace probe
