#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/config_reader.hpp"
#include "probe/format/json_pointer.hpp"
#include "probe/format/pattern.hpp"

namespace probe {

enum class item_choice { first, last, random };
constexpr auto config_names(item_choice) {
  return std::array{std::pair{"first", item_choice::first}, std::pair{"last", item_choice::last},
                    std::pair{"random", item_choice::random}};
}

/// Where a variable comes from: a JSON value, a header or the body, then perhaps a part of it.
struct extraction {
  std::optional<json_pointer> json;
  std::optional<item_choice> pick;   ///< of the array that `json` points to
  std::optional<json_pointer> item;  ///< inside the picked item
  std::optional<std::string> header;
  std::optional<pattern> regex;

  static void describe(core::fields<extraction>& f);
};

}  // namespace probe
