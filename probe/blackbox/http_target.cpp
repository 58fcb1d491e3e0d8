#include "probe/blackbox/http_target.hpp"

#include <boost/url/parse.hpp>
#include <charconv>

namespace probe::blackbox {
namespace {

namespace urls = boost::urls;

std::string encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays = byte > 0x20 && byte < 0x7f &&
                       std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    if (stays)
      out += c;
    else
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

/// The library takes numbers beyond 65535, and letters behind the colon as a path.
bool port_fits(const urls::url& url) {
  const std::string_view path = url.encoded_path();
  if (!path.empty() && path[0] != '/') return false;
  if (!url.has_port() || url.port().empty()) return true;
  const std::string_view digits = url.port();
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc{} && end == digits.data() + digits.size() && port != 0;
}

bool can_be_asked(const urls::url& url) {
  return (url.scheme_id() == urls::scheme::http || url.scheme_id() == urls::scheme::https) &&
         url.has_authority() && !url.encoded_host().empty() && port_fits(url);
}

}  // namespace

std::optional<http_target> http_target::parse(std::string_view text) {
  std::string whole(text);
  if (!text.starts_with("http://") && !text.starts_with("https://")) whole.insert(0, "http://");
  whole = encoded(whole);
  const auto parsed = urls::parse_uri(whole);
  if (!parsed) return std::nullopt;
  urls::url url(*parsed);
  if (!can_be_asked(url)) return std::nullopt;
  return http_target(std::move(url));
}

std::optional<http_target> http_target::redirected(std::string_view location,
                                                   bool& relative) const {
  const std::string text = encoded(location);
  const auto reference = urls::parse_uri_reference(text);
  if (!reference) return std::nullopt;
  relative = !reference->has_scheme();
  urls::url out;
  if (!urls::resolve(url_, *reference, out) || !can_be_asked(out)) return std::nullopt;
  return http_target(std::move(out));
}

std::string http_target::host() const {
  if (url_.host_type() == urls::host_type::ipv6) return std::string(url_.encoded_host_address());
  return url_.host();
}

std::uint16_t http_target::port() const {
  if (url_.has_port() && !url_.port().empty()) return url_.port_number();
  return tls() ? 443 : 80;
}

std::string http_target::authority() const {
  return std::string(url_.encoded_host_and_port());
}

std::string http_target::request_target() const {
  std::string out(url_.encoded_path());
  if (out.empty()) out = "/";
  if (url_.has_query()) out.append("?").append(std::string(url_.encoded_query()));
  return out;
}

std::string http_target::text() const {
  if (!url_.has_userinfo()) return std::string(url_.buffer());
  urls::url shown(url_);
  return std::string(shown.remove_userinfo().buffer());
}

std::string http_target::user_info() const {
  return url_.has_userinfo() ? url_.userinfo() : std::string();
}

bool split_host_port(std::string_view text, std::string& host, std::uint16_t& port) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  auto name = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  if (name.starts_with('[')) {
    if (!name.ends_with(']')) return false;
    name = name.substr(1, name.size() - 2);
  } else if (name.find_first_of(":[]") != std::string_view::npos) {
    return false;
  }
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return false;
  host = name;
  port = number;
  return true;
}

}  // namespace probe::blackbox
