#pragma once

#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `tcp`: connects and holds the step's dialog. Its answer's body is what the
/// server said (the first 64 KiB of it); it has no status. Waiting for an expected line counts as
/// phase `wait`.
core::task<check_result> check_tcp(check_context& context);

}  // namespace probe
