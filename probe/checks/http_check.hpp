#pragma once

#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `http`: one request over HTTP/1.1, and as many more as redirects ask for and
/// the step allows. Connects anew with each run and keeps the connection for the run's later steps;
/// a kept one that the server has closed meanwhile is replaced, once. Times of phases are sums over
/// the requests. Bodies are bounded by the step, as sent and decoded.
core::task<check_result> check_http(check_context& context);

}  // namespace probe
