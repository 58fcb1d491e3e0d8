#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

/// RESP2, the Redis protocol, by hiredis's formatter and reader; no I/O.
namespace core {

enum class redis_kind { nil, status, error, integer, string, array };

/// A reply of Redis.
struct redis_reply {
  redis_kind kind = redis_kind::nil;
  std::string text;  ///< of a string, status or error
  std::int64_t integer = 0;
  std::vector<redis_reply> items;

  bool is_nil() const noexcept { return kind == redis_kind::nil; }
  bool is_error() const noexcept { return kind == redis_kind::error; }
};

/// The words of a command, the command itself first.
using redis_command = std::vector<std::string>;

/// Appends a command as Redis reads it.
void append_command(std::string& out, const redis_command& command);
void append_command(std::string& out, std::span<const std::string_view> words);

/// Finds replies in a stream of bytes, in whatever pieces it comes.
class redis_decoder {
 public:
  redis_decoder();
  ~redis_decoder();

  void feed(std::string_view bytes);
  /// The next whole reply; nullopt when more bytes are needed; `errc::malformed` when what came is
  /// no RESP2, after which nothing more can be read.
  boost::system::result<std::optional<redis_reply>> next();

 private:
  struct reader_deleter {
    void operator()(void* reader) const noexcept;
  };
  std::unique_ptr<void, reader_deleter> reader_;
};

/// The first word of an error reply ("NOGROUP", "WRONGTYPE"): what semantic conventions call its
/// status.
std::string_view redis_error_prefix(const redis_reply& reply) noexcept;

}  // namespace core
