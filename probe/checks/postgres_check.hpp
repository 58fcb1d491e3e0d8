#pragma once

#include <string>
#include <string_view>

#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `postgres`: connects anew and runs one statement (extended protocol, so only
/// one, outside of a transaction). Phase `connect` is all until PostgreSQL is ready, the name and
/// TLS too, which libpq does in one; `wait` is the statement. The answer's body is `rows_json`.
core::task<check_result> check_postgres(check_context& context);

/// A connection string as it may be shown: no user, no password, nothing but where and which
/// database.
std::string shown_postgres_url(std::string_view url);

}  // namespace probe
