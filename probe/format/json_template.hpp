#pragma once

#include <string>
#include <utility>
#include <vector>

#include "probe/format/template_text.hpp"

namespace probe {

/// A JSON value written as YAML, whose strings are templates. What is plain and reads as a JSON
/// number, `true`, `false` or `null` is that; everything else, and all that is quoted, is a string.
/// References are replaced inside strings only, so a value can never change the shape of a
/// document.
class json_template {
 public:
  enum class kind { null, literal, text, array, object };

  json_template() = default;
  /// Builds the template of a YAML node; problems of its strings go to `r`.
  static json_template from_node(const core::node& from, core::reading& r);

  /// The JSON text with all references replaced; nullopt (and `missing`) when one has no value.
  std::optional<std::string> render(const template_text::lookup& values,
                                    std::string& missing) const;

  void collect(text_list& into) const;

 private:
  bool append(std::string& out, const template_text::lookup& values, std::string& missing) const;

  kind kind_ = kind::null;
  std::string literal_;  // a number, true or false
  template_text text_;
  std::vector<json_template> items_;
  std::vector<std::pair<std::string, json_template>> members_;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::json_template>();
