#pragma once

#include <functional>
#include <string>

#include "core/clock.hpp"
#include "core/readiness.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace api {

/// A question whose answer says whether a dependency is there.
using dependency_question = std::function<core::task<core::result<>>(core::deadline)>;

/// Asks a dependency every second, from the start and for ever; logs when it goes and when it comes
/// back, and tells `ready` (may be null) every answer. Start it with `worker::start`.
core::task<> watch_dependency(core::worker& w, std::string name, dependency_question ask,
                              core::readiness::condition* ready);

}  // namespace api
