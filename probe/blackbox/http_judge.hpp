#pragma once

#include <cstddef>

#include "core/http_exchange.hpp"
#include "probe/blackbox/prober.hpp"

namespace probe::blackbox {

/// The largest body that is decompressed or searched, uncompressed.
inline constexpr std::size_t largest_body = 64 * 1024 * 1024;

/// Whether an answer is what the module wants; says in the gauges and the log what it was. The
/// answer has a status. `body_unread` says that it was left alone, at a redirect that was not
/// followed.
bool judge_answer(probe_run& run, core::exchanged& answered, bool body_unread);

}  // namespace probe::blackbox
