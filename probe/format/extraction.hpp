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

/// Fields of the server's certificate.
enum class certificate_field { subject, issuer, serial, fingerprint, names, not_before, not_after };
constexpr auto config_names(certificate_field) {
  using f = certificate_field;
  return std::array{std::pair{"subject", f::subject},    std::pair{"issuer", f::issuer},
                    std::pair{"serial", f::serial},      std::pair{"fingerprint", f::fingerprint},
                    std::pair{"names", f::names},        std::pair{"not_before", f::not_before},
                    std::pair{"not_after", f::not_after}};
}

/// Where a variable comes from: a JSON value, a header, the server's certificate or the body, then
/// perhaps a part of it.
struct extraction {
  std::optional<json_pointer> json;
  std::optional<item_choice> pick;   ///< of the array that `json` points to
  std::optional<json_pointer> item;  ///< inside the picked item
  std::optional<std::string> header;
  std::optional<certificate_field> certificate;
  std::optional<pattern> regex;

  static void describe(core::fields<extraction>& f);
};

}  // namespace probe
