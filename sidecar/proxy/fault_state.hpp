#pragma once

#include <cstdint>

#include "core/clock.hpp"

namespace sidecar {

/// What an injected fault does to one request.
struct fault_state {
  bool decided = false;
  bool reset = false;
  std::int16_t status = 0;   ///< to answer; 0 for none
  core::duration delay{};    ///< still to be waited
  core::duration delayed{};  ///< that was waited, in the application's name
};

}  // namespace sidecar
