#include "api/redis/redis_script.hpp"

#include "core/digest.hpp"

namespace api {

redis_script::redis_script(std::string_view text)
    : text_(text), digest_(core::to_hex(core::sha1(text))) {}

std::string redis_script::call(std::span<const std::string_view> keys,
                               std::span<const std::string_view> arguments) const {
  const std::string count = std::to_string(keys.size());
  std::vector<std::string_view> words{"EVALSHA", digest_, count};
  words.reserve(3 + keys.size() + arguments.size());
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::string encoded;
  core::append_command(encoded, words);
  return encoded;
}

core::task<core::result<core::redis_reply>> redis_script::send(redis_connection& connection,
                                                               std::string_view call,
                                                               core::deadline until) const {
  auto replies = co_await connection.run_encoded(call, 1, until);
  if (!replies) co_return replies.error();
  co_return std::move(replies->front());
}

core::task<core::result<core::redis_reply>> redis_script::run(redis_connection& connection,
                                                              std::string call,
                                                              core::deadline until) const {
  auto reply = co_await send(connection, call, until);
  if (!reply || core::redis_error_prefix(*reply) != "NOSCRIPT") co_return reply;
  core::redis_command load{"SCRIPT", "LOAD", text_};
  auto loaded = co_await connection.run(std::move(load), until);
  if (!loaded) co_return loaded;
  co_return co_await send(connection, call, until);
}

}  // namespace api
