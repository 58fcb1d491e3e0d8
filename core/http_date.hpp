#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace core {

/// The time as the Date field has it (RFC 9110, 5.6.7: IMF-fixdate), made once a second. Not
/// thread-safe.
class http_date {
 public:
  /// `Sun, 06 Nov 1994 08:49:37 GMT`; valid until the next call.
  std::string_view now() noexcept { return at(std::time(nullptr)); }
  std::string_view at(std::time_t second) noexcept;

 private:
  std::time_t second_ = -1;
  char text_[32];
  std::size_t size_ = 0;
};

}  // namespace core
