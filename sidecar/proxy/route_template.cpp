#include "sidecar/proxy/route_template.hpp"

#include <algorithm>
#include <vector>

#include "sidecar/proxy/route.hpp"

namespace sidecar {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/// What a segment of a path is made of (RFC 3986, 3.3), without what means something in routes.
bool is_literal(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-._~%!$&',;=:@").find(c) != npos;
  });
}

/// One segment of a route, translated.
struct piece {
  std::string text;
  segment_kind kind = segment_kind::literal;
  bool optional = false;
};

piece parameter(std::string_view name, bool rest, bool optional = false) {
  name = name.substr(0, 32);
  std::string text = "{";
  for (const char c : name) text += is_alphanumeric(c) ? c : '_';
  if (name.empty()) text += "param";
  text += rest ? "...}" : "}";
  return {std::move(text), rest ? segment_kind::rest : segment_kind::one, optional};
}

bool takes_slashes(std::string_view constraint) noexcept {
  return constraint == "path" || constraint.starts_with(".*") || constraint.starts_with(".+");
}

/// `id`, `id?`, `id:int`, `id:[0-9]+`, `id=7`, `*path`, `path...` between braces.
piece braced(std::string_view inside) {
  bool rest = false, optional = false;
  while (inside.starts_with('*')) inside.remove_prefix(1), rest = true;
  if (inside.ends_with("...")) inside.remove_suffix(3), rest = true;
  const auto mark = inside.find_first_of(":=?");
  if (mark != npos) {
    optional = inside.back() == '?' || inside[mark] == '=';
    rest = rest || (inside[mark] == ':' && takes_slashes(inside.substr(mark + 1)));
  }
  return parameter(inside.substr(0, mark), rest, optional);
}

/// `id`, `int:id`, `path:id` between angle brackets.
piece angled(std::string_view inside) {
  const auto colon = inside.rfind(':');
  if (colon == npos) return parameter(inside, false);
  return parameter(inside.substr(colon + 1), inside.substr(0, colon) == "path");
}

/// `:id`, `:id?`, `:id*`, `:id(\\d+)`; what follows the name otherwise is part of the segment.
piece coloned(std::string_view name) {
  const auto end = std::find_if_not(name.begin(), name.end(),
                                    [](char c) { return is_alphanumeric(c) || c == '_'; });
  const auto length = static_cast<std::size_t>(end - name.begin());
  const bool rest = name.ends_with('*') || name.ends_with('+') || name.ends_with("(.*)");
  return parameter(name.substr(0, length), rest && !name.ends_with(")+"), name.ends_with('?'));
}

/// `id`, `...path` between square brackets, one pair or two.
piece squared(std::string_view inside) {
  while (inside.starts_with('[')) inside.remove_prefix(1);
  while (inside.ends_with(']')) inside.remove_suffix(1);
  const bool rest = inside.starts_with("...");
  return parameter(rest ? inside.substr(3) : inside, rest);
}

bool is_enclosed(std::string_view text, char open, char close) noexcept {
  return text.size() > 2 && text.front() == open && text.find(close) == text.size() - 1;
}

piece translate_segment(std::string_view text) {
  if (text.front() == '{' && text.back() == '}' && text.find('{', 1) == npos && text.size() > 2)
    return braced(text.substr(1, text.size() - 2));
  if (is_enclosed(text, '<', '>')) return angled(text.substr(1, text.size() - 2));
  if (text.front() == '[' && text.back() == ']') return squared(text);
  if (text.front() == ':' && text.size() > 1) return coloned(text.substr(1));
  if (text.front() == '*') {
    const auto name = text.substr(std::min(text.find_first_not_of('*'), text.size()));
    if (std::all_of(name.begin(), name.end(), is_alphanumeric)) return parameter(name, true);
    if (is_literal(name)) return parameter({}, false);  // `*.json`
  }
  // A parameter among other text: our grammar has whole segments only.
  if (const auto open = text.find_first_of("{<"); open != npos) {
    const auto close = text.find_first_of("}>", open);
    if (close != npos) return parameter(text.substr(open + 1, close - open - 1), false);
  }
  return {std::string(text), segment_kind::literal, false};
}

/// Takes a segment off the front; a slash between brackets belongs to a regular expression.
std::string_view take_route_segment(std::string_view& rest) noexcept {
  std::size_t end = 0;
  int depth = 0;
  for (; end < rest.size() && (depth > 0 || rest[end] != '/'); ++end) {
    if (rest[end] == '{' || rest[end] == '<') ++depth;
    if (rest[end] == '}' || rest[end] == '>') --depth;
  }
  const auto segment = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return segment;
}

std::string_view without_decoration(std::string_view route) noexcept {
  const auto space = route.find(' ');
  if (space != npos && method_index(route.substr(0, space)) != other_method)
    route.remove_prefix(space + 1);
  constexpr std::string_view format = "(.:format)";
  if (route.ends_with(format)) route.remove_suffix(format.size());
  return route;
}

route_refusal check_literal(std::string_view text) noexcept {
  if (!is_literal(text)) return route_refusal::not_a_route;
  if (text.size() > longest_segment) return route_refusal::too_long;
  return looks_like_id(text) ? route_refusal::id_like : route_refusal::none;
}

/// The pieces of a route without its first slash; `why` says what is wrong with it.
std::vector<piece> translate_all(std::string_view rest, route_refusal& why) {
  std::vector<piece> out;
  while (!rest.empty()) {
    const auto segment = take_route_segment(rest);
    if (segment.empty() || (!out.empty() && out.back().kind == segment_kind::rest))
      why = route_refusal::not_a_route;
    else
      out.push_back(translate_segment(segment));
    if (why == route_refusal::none && out.back().kind == segment_kind::literal)
      why = check_literal(out.back().text);
    if (out.size() > deepest_route) why = route_refusal::too_long;
    if (why != route_refusal::none) break;
  }
  return out;
}

std::string join(const std::vector<piece>& pieces) {
  std::string out;
  for (const piece& p : pieces) out.append("/").append(p.text);
  return out.empty() ? "/" : out;
}

bool fits(const std::string& route, std::string_view path) {
  route_trie only;
  only.add(route);
  return only.walk(path, [](int) { return true; });
}

}  // namespace

const char* to_label(route_refusal why) noexcept {
  switch (why) {
    case route_refusal::none: return "none";
    case route_refusal::not_a_route: return "not_a_route";
    case route_refusal::too_long: return "too_long";
    case route_refusal::mismatch: return "mismatch";
    case route_refusal::id_like: return "id_like";
    case route_refusal::crowded: return "crowded";
    case route_refusal::full: return "full";
  }
  return "";
}

bool looks_like_id(std::string_view segment) noexcept {
  const auto size = segment.size();
  const auto count = [&](auto is) {
    return static_cast<std::size_t>(std::count_if(segment.begin(), segment.end(), is));
  };
  const auto digits = count(is_digit);
  const auto hex = count([](char c) { return is_hex(c) || c == '-'; });
  if (segment.find('@') != npos) return true;
  if (digits == size && size >= 2) return true;
  if (size >= 8 && digits * 2 >= size) return true;
  if (size >= 12 && hex == size && digits > 0) return true;
  return size >= 16 && digits >= 5;
}

route_template to_template(std::string_view http_route, std::string_view path) {
  if (http_route.size() > longest_route) return {{}, route_refusal::too_long};
  auto text = without_decoration(http_route);
  if (text.empty()) return {{}, route_refusal::not_a_route};
  if (text.front() == '/') text.remove_prefix(1);  // some write none
  route_refusal why = route_refusal::none;
  auto pieces = translate_all(text, why);
  if (why != route_refusal::none) return {{}, why};
  std::string route = join(pieces);
  if (!fits(route, path) && !pieces.empty() && pieces.back().optional) {
    pieces.pop_back();
    route = join(pieces);
  }
  if (!fits(route, path)) return {{}, route_refusal::mismatch};
  return {std::move(route), route_refusal::none};
}

}  // namespace sidecar
