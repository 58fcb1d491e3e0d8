#include "probe/blackbox/cookie_jar.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "core/http_head.hpp"
#include "core/trim.hpp"

namespace probe::blackbox {
namespace {

bool is_address(std::string_view host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

bool lies_in(std::string_view host, std::string_view domain) noexcept {
  return host.size() > domain.size() &&
         core::iequals(host.substr(host.size() - domain.size()), domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool path_matches(std::string_view path, std::string_view of) noexcept {
  if (!path.starts_with(of)) return false;
  return path.size() == of.size() || of.ends_with('/') || path[of.size()] == '/';
}

/// RFC 6265, 5.1.4.
std::string_view default_path(std::string_view path) noexcept {
  const auto slash = path.rfind('/');
  return !path.starts_with('/') || slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

void cookie_jar::take(std::string_view set_cookie, std::string_view host, std::string_view path) {
  const auto pair = set_cookie.substr(0, set_cookie.find(';'));
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos || core::trim(pair.substr(0, equals)).empty()) return;
  cookie c{std::string(core::trim(pair.substr(0, equals))),
           std::string(core::trim(pair.substr(equals + 1))), std::string(host),
           std::string(default_path(path))};
  bool deleted = false;
  auto rest = set_cookie.substr(pair.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto item = rest.substr(0, rest.find(';'));
    rest.remove_prefix(item.size());
    const auto at = std::min(item.find('='), item.size());
    const auto name = core::trim(item.substr(0, at));
    const auto value = core::trim(item.substr(std::min(item.size(), at + 1)));
    if (core::iequals(name, "secure")) c.secure = true;
    if (core::iequals(name, "path") && value.starts_with('/')) c.path = value;
    if (core::iequals(name, "max-age")) deleted = value.starts_with('-') || value == "0";
    if (core::iequals(name, "domain") && !value.empty()) {
      const auto domain = value.substr(value.starts_with('.') ? 1 : 0);
      if (core::iequals(domain, host)) {
        c.host_only = is_address(host);
      } else {
        if (!lies_in(host, domain) || domain.find('.') == std::string_view::npos ||
            is_address(host))
          return;
        c.host = domain;
        c.host_only = false;
      }
    }
  }
  std::erase_if(cookies_, [&](const cookie& old) {
    return old.name == c.name && old.path == c.path && core::iequals(old.host, c.host);
  });
  if (!deleted) cookies_.push_back(std::move(c));
}

std::string cookie_jar::header(std::string_view host, std::string_view path, bool secure) const {
  if (path.empty()) path = "/";
  std::string out;
  for (const auto& c : cookies_) {
    const bool fits = core::iequals(host, c.host) || (!c.host_only && lies_in(host, c.host));
    if (!fits || !path_matches(path, c.path) || (c.secure && !secure)) continue;
    out.append(out.empty() ? "" : "; ").append(c.name).append("=").append(c.value);
  }
  return out;
}

}  // namespace probe::blackbox
