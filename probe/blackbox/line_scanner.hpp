#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/task.hpp"

namespace core {
class byte_stream;
}

namespace probe::blackbox {

/// Reads lines from a stream as Go's bufio.Scanner does: without CR LF or LF, what stands before
/// the end without one is a line too, and one longer than 64 KiB is an error.
class line_scanner {
 public:
  static constexpr std::size_t longest = 64 * 1024;

  /// Nullopt at the end of the stream, or after an error.
  core::task<std::optional<std::string>> next(core::byte_stream& from);
  /// Why reading ended; none at the orderly end.
  const core::error_code& error() const noexcept { return error_; }

 private:
  std::optional<std::string> take(std::size_t size, std::size_t with_end);
  std::string pending_;
  bool ended_ = false;
  core::error_code error_;
};

}  // namespace probe::blackbox
