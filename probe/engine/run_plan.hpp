#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/clock.hpp"
#include "probe/load/load_profile.hpp"

namespace probe {

/// How scenarios are run. Endless: until the drain, at places of the wall clock that are each
/// scenario's own; loads are not looked at. Else the first start is now.
struct run_plan {
  std::optional<std::uint64_t> iterations;  ///< most starts of each scenario
  std::optional<core::duration> duration;   ///< no start after it
  bool by_load = false;  ///< scenarios that have a load start by it; others by their interval
  bool once = false;     ///< those others start once
  std::shared_ptr<const load_profile> load;  ///< of all scenarios, instead of their own; or null

  bool endless() const noexcept { return !iterations && !duration && !by_load && !once && !load; }
};

}  // namespace probe
