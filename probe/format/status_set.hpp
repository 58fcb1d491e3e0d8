#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"

namespace probe {

/// A set of HTTP status codes, written `200`, `2xx`, `200-204` or a list of these.
class status_set {
 public:
  /// Adds one spelling; false when it is none.
  bool add(std::string_view text);
  bool contains(int status) const noexcept;
  bool empty() const noexcept { return ranges_.empty(); }
  /// `200, 404` as it was written.
  const std::string& text() const noexcept { return text_; }

  /// 200 to 299.
  static const status_set& success();

 private:
  struct range {
    int first, last;
  };
  std::vector<range> ranges_;
  std::string text_;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::status_set>();
