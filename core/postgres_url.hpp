#pragma once

#include <string>

#include "core/clock.hpp"

namespace core {

/// A connection string of PostgreSQL, a URL or keywords and values, with `connect_timeout` for the
/// time that is left, unless it says one itself. libpq counts whole seconds and treats 1 as 2, so
/// that connecting may take longer than the time left: 2 to 10 seconds.
std::string with_connect_timeout(std::string url, duration left);

}  // namespace core
