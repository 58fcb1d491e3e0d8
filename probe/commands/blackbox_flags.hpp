#pragma once

#include <string>

#include "probe/blackbox/stand_in.hpp"
#include "probe/commands/serve.hpp"
#include "probe/config.hpp"

namespace probe {

/// Puts what flags say over what the configuration says. Gives what is wrong with them; "" for
/// nothing.
std::string apply_flags(const serve_arguments& given, probe_config& config,
                        blackbox::stand_in_options& options);

}  // namespace probe
