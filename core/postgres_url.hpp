#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace core {

/// A connection string of PostgreSQL, a URL or keywords and values, with `connect_timeout` for the
/// time that is left, unless it says one itself. libpq counts whole seconds and treats 1 as 2, so
/// that connecting may take longer than the time left: 2 to 10 seconds.
std::string with_connect_timeout(std::string url, duration left);

/// The one host that a connection string names; "" when it names none, several, a folder (of a
/// socket), or says an address itself.
std::string postgres_host(std::string_view url);
/// The same, connected to at a numeric address; the certificate is still that of its host.
std::string with_postgres_address(std::string url, std::string_view address);

}  // namespace core
