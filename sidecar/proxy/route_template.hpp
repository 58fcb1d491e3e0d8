#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sidecar {

/// Why a route that the application named is not learned; label values (`to_label`).
enum class route_refusal {
  none,
  not_a_route,  ///< empty, a regular expression, or nothing that a template of ours can say
  too_long,     ///< beyond the bounds below
  mismatch,     ///< does not fit the path of the request that it came with
  id_like,      ///< a segment that looks like one thing's name: the raw path instead of a route
  crowded,      ///< too many different names at one place already
  full,         ///< as many templates as are allowed
};
inline constexpr std::size_t route_refusal_count = 7;
const char* to_label(route_refusal why) noexcept;

/// Bounds of what is learned.
inline constexpr std::size_t longest_route = 256;   ///< bytes of `http.route`
inline constexpr std::size_t longest_segment = 64;  ///< bytes of a literal
inline constexpr std::size_t deepest_route = 16;    ///< segments

/// A template in the grammar of `route_table`, or why there is none.
struct route_template {
  std::string route;
  route_refusal why = route_refusal::none;
};

/// Translates an `http.route` as web frameworks spell it into our grammar, and makes sure that the
/// path (without its query) fits the result. One segment: `{id}`, `{id:int}`, `{id:[0-9]+}`, `:id`,
/// `<id>`, `<int:id>`, `[id]`, and what has a parameter among other text. The rest of a path:
/// `{path...}`, `{*path}`, `{**path}`, `{path:path}`, `{path:.*}`, `<path:x>`, `*`, `**`, `*path`,
/// `:path*`, `[...path]`. An optional last segment (`{id?}`, `:id?`) is there or not as in the
/// path. A method in front (`GET /a`) and Rails' `(.:format)` are left out. Pure.
route_template to_template(std::string_view http_route, std::string_view path);

/// Whether a literal segment looks like the name of one thing rather than of a kind of things: a
/// number (of two digits or more), a UUID, a long hexadecimal, mostly digits, an address of mail.
bool looks_like_id(std::string_view segment) noexcept;

}  // namespace sidecar
