#pragma once

#include "probe/engine/run_result.hpp"

namespace core {
class logger;
}

namespace probe {

/// A warning line for a failed run, with its trace id.
void log_failure(const run_result& result, core::logger& log);

}  // namespace probe
