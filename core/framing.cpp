#include "core/framing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "core/trim.hpp"

namespace core {
namespace {

/// Everything framing depends on, gathered in one pass over the fields.
struct framing_fields {
  int hosts = 0, lengths = 0, encodings = 0;
  std::string_view host, length, encoding;
  bool close = false, keep_alive = false;

  explicit framing_fields(const http_fields& fields) noexcept {
    for (const auto& f : fields.all()) look_at(f);
  }

 private:
  void look_at(const http_field& f) noexcept {
    switch (f.known) {
      case field_name::host: note(f, hosts, host); break;
      case field_name::connection:
        close = close || list_has_token(f.value, "close");
        keep_alive = keep_alive || list_has_token(f.value, "keep-alive");
        break;
      case field_name::content_length: note(f, lengths, length); break;
      case field_name::transfer_encoding: note(f, encodings, encoding); break;
      default: break;
    }
  }
  static void note(const http_field& f, int& count, std::string_view& value) noexcept {
    ++count;
    value = f.value;
  }
};

framing refuse(framing_error e) noexcept {
  return {body_kind::refuse, 0, e, false};
}

/// Digits only, at most 2^63 - 1: a length that every implementation reads alike.
bool parse_length(std::string_view text, std::uint64_t& out) noexcept {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc() && end == text.data() + text.size() &&
         out <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

/// What the two framing fields say; `none` when there is neither.
framing frame_fields(const framing_fields& f, bool legacy) noexcept {
  framing result;
  result.keep_alive = legacy ? f.keep_alive && !f.close : !f.close;
  if (f.encodings != 0) {
    if (f.lengths != 0) return refuse(framing_error::length_and_transfer_encoding);
    if (legacy) return refuse(framing_error::chunked_on_legacy);
    if (f.encodings != 1 || !iequals(f.encoding, "chunked"))
      return refuse(framing_error::bad_transfer_encoding);
    result.kind = body_kind::chunked;
  } else if (f.lengths != 0) {
    if (f.lengths != 1 || !parse_length(f.length, result.length))
      return refuse(framing_error::bad_length);
    result.kind = body_kind::length;
  }
  return result;
}

constexpr auto host_chars = [] {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  // RFC 3986 reg-name without the comma, which is how two joined Host fields look.
  constexpr std::string_view marks = "-._~%!$&'()*+;=";
  for (const char c : marks) table[static_cast<std::size_t>(c)] = true;
  return table;
}();

bool is_port(std::string_view text) noexcept {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `host[:port]` with a name, an IPv4 address or a bracketed IPv6 address.
bool is_host(std::string_view value) noexcept {
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == value.npos || end < 3) return false;
    if (value.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") != value.npos)
      return false;
    const auto rest = value.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const auto colon = value.find(':');
  const auto name = value.substr(0, colon);
  if (name.empty()) return false;
  for (const char c : name) {
    if (!host_chars[static_cast<unsigned char>(c)]) return false;
  }
  return colon == value.npos || is_port(value.substr(colon + 1));
}

/// RFC 9112, 3.2: one valid Host; HTTP/1.0 may do without.
framing_error check_host(const framing_fields& f, bool legacy) noexcept {
  if (f.hosts == 0) return legacy ? framing_error::none : framing_error::missing_host;
  if (f.hosts > 1) return framing_error::repeated_host;
  return is_host(f.host) ? framing_error::none : framing_error::bad_host;
}

}  // namespace

const char* to_label(framing_error e) noexcept {
  switch (e) {
    case framing_error::none: return "none";
    case framing_error::length_and_transfer_encoding: return "length_and_transfer_encoding";
    case framing_error::bad_length: return "bad_length";
    case framing_error::bad_transfer_encoding: return "bad_transfer_encoding";
    case framing_error::chunked_on_legacy: return "chunked_on_legacy";
    case framing_error::missing_host: return "missing_host";
    case framing_error::repeated_host: return "repeated_host";
    case framing_error::bad_host: return "bad_host";
  }
  return "none";
}

bool list_has_token(std::string_view value, std::string_view token) noexcept {
  while (!value.empty()) {
    const auto comma = value.find(',');
    if (iequals(trim(value.substr(0, comma)), token)) return true;
    if (comma == value.npos) break;
    value.remove_prefix(comma + 1);
  }
  return false;
}

framing frame_request(const request_head& head) noexcept {
  const framing_fields fields(head.fields);
  if (const auto e = check_host(fields, head.legacy); e != framing_error::none) return refuse(e);
  return frame_fields(fields, head.legacy);
}

framing frame_response(const response_head& head, bool head_request) noexcept {
  auto result = frame_fields(framing_fields(head.fields), head.legacy);
  if (result.kind == body_kind::refuse) return result;
  if (head.status == 101) return {body_kind::tunnel, 0, framing_error::none, false};
  const bool never_framed = head.status < 200 || head.status == 204;
  if (never_framed || head.status == 304 || head_request) {
    // Where a body was announced that must not exist, the peer may send it all the same: what
    // follows cannot be trusted to be the next answer.
    const bool announced = result.kind == body_kind::chunked || result.length != 0;
    if (never_framed && announced) result.keep_alive = false;
    result.kind = body_kind::none;
    result.length = 0;
  } else if (result.kind == body_kind::none) {
    result.kind = body_kind::until_close;
    result.keep_alive = false;
  }
  return result;
}

}  // namespace core
