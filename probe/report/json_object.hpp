#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/json_text.hpp"

namespace probe {

/// A JSON object, member by member, for reports of a few lines.
class json_object {
 public:
  json_object& add(std::string_view key, std::string_view text) {
    return raw(key, core::json_string(text));
  }
  /// Seconds.
  json_object& add(std::string_view key, core::duration d) {
    std::string number;
    core::append_json_number(number, core::seconds(d));
    return raw(key, number);
  }
  json_object& raw(std::string_view key, std::string_view json) {
    if (!out_.empty()) out_ += ',';
    core::append_json_string(out_, key);
    out_.append(":").append(json);
    return *this;
  }
  std::string done() const { return "{" + out_ + "}"; }

 private:
  std::string out_;
};

/// `[…]` of what `show` makes of each.
template <class Range, class Show>
std::string json_list(const Range& range, Show show) {
  std::string out;
  for (const auto& one : range) out += (out.empty() ? "" : ",") + show(one);
  return "[" + out + "]";
}

}  // namespace probe
