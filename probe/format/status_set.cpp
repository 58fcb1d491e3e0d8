#include "probe/format/status_set.hpp"

#include <optional>

namespace probe {
namespace {

/// A status code of three digits from 100 to 599.
std::optional<int> parse_status(std::string_view text) noexcept {
  if (text.size() != 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value >= 100 && value <= 599 ? std::optional(value) : std::nullopt;
}

}  // namespace

bool status_set::add(std::string_view text) {
  if (text.size() == 3 && text.substr(1) == "xx" && text[0] >= '1' && text[0] <= '5') {
    const int hundred = (text[0] - '0') * 100;
    ranges_.push_back({hundred, hundred + 99});
  } else {
    const auto dash = text.find('-');
    const auto first = parse_status(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_status(text.substr(dash + 1));
    if (!first || !last || *last < *first) return false;
    ranges_.push_back({*first, *last});
  }
  if (!text_.empty()) text_ += ", ";
  text_ += text;
  return true;
}

bool status_set::contains(int status) const noexcept {
  for (const auto& r : ranges_)
    if (status >= r.first && status <= r.last) return true;
  return false;
}

const status_set& status_set::success() {
  static const status_set set = [] {
    status_set out;
    out.add("2xx");
    return out;
  }();
  return set;
}

}  // namespace probe
