#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"

namespace probe {

/// A JSON Pointer (RFC 6901, string representation), parsed once. `-` (past the end of an array)
/// is valid and never found; there is no URI fragment form.
class json_pointer {
 public:
  /// The whole document.
  json_pointer() = default;
  /// Nullopt when `text` is none: it neither is empty nor starts with `/`, or has a `~` that is not
  /// followed by 0 or 1.
  static std::optional<json_pointer> parse(std::string_view text);

  /// The value it points to; null when there is none.
  const boost::json::value* find(const boost::json::value& document) const noexcept;

  const std::string& text() const noexcept { return text_; }
  /// The unescaped reference tokens.
  const std::vector<std::string>& tokens() const noexcept { return tokens_; }

 private:
  std::string text_;
  std::vector<std::string> tokens_;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::json_pointer>();
