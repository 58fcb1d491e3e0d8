#pragma once

#include "core/redis_codec.hpp"
#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `redis`: authenticates, selects a database and sends one command, over a
/// connection of its own, all in one write. `wait` is the time to the first byte of the replies,
/// `receive` to the last of the command's. The answer's body is what `redis_json` makes of it.
core::task<check_result> check_redis(check_context& context);

/// A reply as JSON: texts as strings, integers as numbers, nil as null, arrays as arrays; an error
/// is an object with the member `error`.
std::string redis_json(const core::redis_reply& reply);

}  // namespace probe
