#pragma once

#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `tls`: connects, shakes hands, and looks at what was presented. Its answer has
/// the facts of the connection, and neither status nor body.
core::task<check_result> check_tls(check_context& context);

}  // namespace probe
