#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/redis/redis_connection.hpp"

namespace api {

/// A Lua script that Redis runs as one step. Called by its digest, and sent whole only when the
/// server does not know it yet (it was restarted, or another one answers).
class redis_script {
 public:
  explicit redis_script(std::string_view text);

  /// A call with the script's KEYS and ARGV, encoded.
  std::string call(std::span<const std::string_view> keys,
                   std::span<const std::string_view> arguments) const;
  /// Makes a call. It is sent twice at most, and was not run the first time then, so its effect
  /// happens once.
  core::task<core::result<core::redis_reply>> run(redis_connection& connection, std::string call,
                                                  core::deadline until) const;

 private:
  core::task<core::result<core::redis_reply>> send(redis_connection& connection,
                                                   std::string_view call,
                                                   core::deadline until) const;
  std::string text_;
  std::string digest_;  // SHA-1 in hex, which is what EVALSHA takes
};

}  // namespace api
