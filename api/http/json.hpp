#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace api {

enum class json_kind { null, boolean, number, string, array, object };

/// A JSON value as it was sent. Numbers stay their text, so that none loses a digit on its way
/// through us; strings are decoded; members keep their order.
struct json_value {
  struct member;

  json_kind kind = json_kind::null;
  std::string text;  ///< of a number (verbatim), string (decoded) or boolean
  std::vector<json_value> items;
  std::vector<member> members;

  const json_value* find(std::string_view name) const noexcept;
  /// "a string", "an object": for messages.
  const char* kind_name() const noexcept;
  /// Compact JSON text.
  std::string to_string() const;
};

struct json_value::member {
  std::string name;
  json_value value;
};

/// Why a text is not taken, as what follows "the member /x …" or "the body …", and where: `pointer`
/// (RFC 6901) when it is about a member. `syntax`: it is no JSON at all.
struct json_error {
  std::string what;
  std::string pointer;
  bool syntax = false;
};

/// Parses strictly (RFC 8259, UTF-8 only), and refuses what the next one in line could not keep or
/// would read otherwise: members named twice, nesting beyond `depth`, the character U+0000 (not
/// storable), and numbers beyond a double's range.
boost::system::result<json_value, json_error> parse_json(std::string_view text,
                                                         std::size_t depth = 32);

/// A decimal number without exponent within two decimals, as hundredths: "71.2" gives 7120. Pure;
/// false for anything else, also for what does not fit.
bool parse_hundredths(std::string_view number, std::int64_t& out) noexcept;

/// One token of a JSON Pointer, with `~` and `/` escaped, appended to `pointer`.
std::string pointer_to(std::string_view pointer, std::string_view name);

}  // namespace api
