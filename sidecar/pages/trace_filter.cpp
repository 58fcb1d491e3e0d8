#include <algorithm>
#include <charconv>

#include "core/config_reader.hpp"
#include "sidecar/pages/trace_view.hpp"

namespace sidecar {

bool trace_filter::shows(const trace_summary& t) const {
  const auto least = std::chrono::duration_cast<std::chrono::nanoseconds>(min_duration).count();
  return (route.empty() || t.route == route) && (!status || t.status == *status) &&
         (!status_class || t.status / 100 == *status_class) &&
         static_cast<std::int64_t>(t.duration) >= least && t.id.hex().starts_with(trace) &&
         (!errors || t.error);
}

bool set_filter(trace_filter& filter, std::string_view name, const std::string& value,
                std::string& wrong) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto fail = [&](const char* right) {
    wrong = std::string(name) + "=" + value + " is no filter; " + right;
    return false;
  };
  if (name == "route") {
    filter.route = value;
  } else if (name == "status") {
    const bool three = value.size() == 3 && value[0] >= '1' && value[0] <= '5';
    const bool whole = three && is_digit(value[1]) && is_digit(value[2]);
    if (whole)
      filter.status = std::stoi(value);
    else if (three && value.ends_with("xx"))
      filter.status_class = value[0] - '0';
    else
      return fail("a status (404) or a class (5xx) is one");
  } else if (name == "min_duration") {
    if (!core::parse_duration(value, filter.min_duration)) return fail("a duration is (250ms, 2s)");
  } else if (name == "trace_id") {
    const auto hex = [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    if (value.size() > 32 || !std::all_of(value.begin(), value.end(), hex))
      return fail("up to 32 lowercase hexadecimal digits are");
    filter.trace = value;
  } else if (name == "errors") {
    if (value != "true" && value != "false") return fail("true or false is");
    filter.errors = value == "true";
  } else {
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), filter.limit);
    if (error != std::errc{} || *end != '\0' || filter.limit < 1 || filter.limit > 1000)
      return fail("a number from 1 to 1000 is");
  }
  return true;
}

}  // namespace sidecar
