#pragma once

#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `stream`: submits a message and reads until it is there. What it leaves as the
/// answer is that of the last exchange, phases and all; the message's way is in
/// `check_result::stream`. Freshness counts from `check_context::intended`.
core::task<check_result> check_stream(check_context& context);

/// How many copies of a message an answer tells of; nullopt when it does not say.
std::optional<std::int64_t> copies_in(const json_pointer& where, const seen& answer);

}  // namespace probe
