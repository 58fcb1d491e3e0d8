#include "core/http_date.hpp"

#include <cstdio>

namespace core {

std::string_view http_date::at(std::time_t second) noexcept {
  if (second == second_) return {text_, size_};
  // Not strftime: its names follow the locale.
  static constexpr char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm t{};
  gmtime_r(&second, &t);
  const int size =
      std::snprintf(text_, sizeof text_, "%s, %02d %s %d %02d:%02d:%02d GMT", days[t.tm_wday],
                    t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  second_ = second;
  size_ = static_cast<std::size_t>(size);
  return {text_, size_};
}

}  // namespace core
