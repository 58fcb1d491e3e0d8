#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/task.hpp"

struct z_stream_s;

/// Whole bodies in gzip (RFC 1952). The states are some 40 KB (reading) and 260 KB (writing), taken
/// at the first use and used again from body to body. Not thread-safe.
namespace core {

struct gzip_state_end {
  void (*end)(z_stream_s*) = nullptr;
  void operator()(z_stream_s* state) const noexcept;
};
using gzip_state = std::unique_ptr<z_stream_s, gzip_state_end>;

class gzip_reader {
 public:
  /// The decompressed body, also of several members one behind the other. `errc::too_large` when it
  /// is larger than `limit`; `errc::malformed` when it is no gzip, cut off, or followed by
  /// something else.
  result<std::string> read(std::string_view body, std::size_t limit);

 private:
  gzip_state state_;
};

class gzip_writer {
 public:
  /// `level` is 1 (fast) to 9 (small).
  explicit gzip_writer(int level) noexcept : level_(level) {}
  std::string write(std::string_view body);

 private:
  int level_;
  gzip_state state_;
};

}  // namespace core
