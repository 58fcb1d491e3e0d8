#pragma once

#include <string>
#include <string_view>

#include "probe/engine/run_result.hpp"

namespace probe {

/// The one step of a run whose setup keeps records, for a person: its verdict, a line a phase, and
/// what is known of addresses, TLS and the server's own timing. `target` is what was asked for.
std::string check_text(const run_result& result, std::string_view target);

/// The same as one JSON object, times in seconds; `tls`, `addresses` and `server_timing` only where
/// there are any.
std::string check_json(const run_result& result, std::string_view target);

}  // namespace probe
