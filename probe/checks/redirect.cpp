#include "probe/checks/redirect.hpp"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "core/http_head.hpp"

namespace probe {
namespace {

constexpr std::size_t longest_location = 8192;

bool starts_with(std::string_view name, std::string_view prefix) noexcept {
  return core::iequals(name.substr(0, prefix.size()), prefix);
}

bool describes_content(std::string_view name) noexcept {
  return starts_with(name, "content-");
}

bool gives_nothing_away(std::string_view name) noexcept {
  constexpr std::array harmless{"cache-control", "pragma", "range", "traceparent", "user-agent"};
  if (starts_with(name, "accept") || describes_content(name)) return true;
  return std::any_of(harmless.begin(), harmless.end(),
                     [&](const char* one) { return core::iequals(name, one); });
}

/// What stands in a Location although it may not stand in a URL.
std::string tidy(std::string_view location) {
  static constexpr char digits[] = "0123456789ABCDEF";
  constexpr std::string_view never = "\"<>\\^`{|}";
  std::string out;
  for (const char c : location) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && never.find(c) == std::string_view::npos)
      out += c;
    else
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

/// The absolute URL that a Location means, "" when it means none.
std::string resolve(const std::string& base, std::string_view location) {
  const auto text = tidy(location);
  const auto reference = boost::urls::parse_uri_reference(text);
  const auto against = boost::urls::parse_uri(base);
  if (!reference || !against) return {};
  boost::urls::url out;
  if (!boost::urls::resolve(*against, *reference, out)) return {};
  out.remove_fragment();
  out.normalize_scheme();
  return std::string(out.buffer().data(), out.buffer().size());
}

bool becomes_get(const std::string& method, int status) noexcept {
  if (status == 303) return method != "GET" && method != "HEAD";
  return (status == 301 || status == 302) && method == "POST";
}

}  // namespace

bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool same_origin(const built_request& from, const built_request& to) noexcept {
  if (!core::iequals(from.authority.host, to.authority.host)) return false;
  if (from.tls == to.tls) return from.authority.port == to.authority.port;
  return to.tls && from.authority.port == 80 && to.authority.port == 443;
}

std::optional<built_request> follow_redirect(const built_request& from, const redirection& to,
                                             std::string& why) {
  built_request out;
  const auto url =
      to.location.size() > longest_location ? std::string() : resolve(from.url, to.location);
  if (url.empty() || !split_url(url, out)) {
    why = "redirected to " + brief(to.location) + ", which is no http URL";
    return std::nullopt;
  }
  const bool get = becomes_get(from.request.method, to.status);
  const bool at_home = same_origin(from, out);
  if (!get && !at_home && !from.request.body.empty() && to.body == redirected_body::same_origin) {
    why = "redirected with its body to another origin, " + brief(to.location) +
          " (redirect_body: anywhere allows it)";
    return std::nullopt;
  }
  out.request.method = get ? "GET" : from.request.method;
  if (!get) out.request.body = from.request.body;
  out.request.headers.emplace_back("Host", host_of(out));
  for (const auto& header : from.request.headers) {
    if (core::iequals(header.first, "host")) continue;
    if (get && describes_content(header.first)) continue;
    if (at_home || gives_nothing_away(header.first)) out.request.headers.push_back(header);
  }
  return out;
}

}  // namespace probe
