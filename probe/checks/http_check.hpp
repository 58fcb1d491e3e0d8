#pragma once

#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `http`: one request over HTTP/1.1. Connects anew with each run and keeps the
/// connection for the run's later steps; a kept one that the server has closed meanwhile is
/// replaced, once. Redirects are answers like others. Bodies are bounded (16 MiB).
core::task<check_result> check_http(check_context& context);

}  // namespace probe
