#pragma once

#include <string>
#include <string_view>

#include "slo/model/selector.hpp"

namespace slo {

/// Appends a scalar on one line: plain where nothing can be misread, single-quoted where that needs
/// no escape, double-quoted otherwise.
void append_yaml_scalar(std::string& out, std::string_view text);

/// Lines of YAML with their indentation.
class yaml_writer {
 public:
  /// A line of these parts, as they are.
  template <class... Parts>
  void line(std::size_t indent, const Parts&... parts) {
    out_.append(indent, ' ');
    (out_.append(parts), ...);
    out_ += '\n';
  }
  /// `key: scalar`.
  void scalar(std::size_t indent, std::string_view key, std::string_view value);
  /// `- scalar`.
  void item(std::size_t indent, std::string_view value);
  /// `key: scalar`, as a literal block where the value has several lines.
  void block(std::size_t indent, std::string_view key, std::string_view value);
  /// A map of labels; nothing for none.
  void labels(std::size_t indent, std::string_view key, const label_list& list);

  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace slo
