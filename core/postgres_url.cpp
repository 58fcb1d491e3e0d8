#include "core/postgres_url.hpp"

#include <algorithm>

namespace core {
namespace {

bool is_url(std::string_view text) noexcept {
  return text.find("://") != text.npos;
}

std::string with_setting(std::string url, std::string_view setting) {
  url += !is_url(url) ? " " : url.find('?') == std::string::npos ? "?" : "&";
  return url.append(setting);
}

/// The authority of a URL without user and port.
std::string_view host_of_url(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  url.remove_prefix(url.rfind('@') + 1);  // npos + 1 is 0
  if (url.starts_with('[')) return url.substr(1, url.find(']') - 1);
  return url.substr(0, url.find(':'));
}

/// The value of a keyword, `host=db` or `host = 'db'`; "" for none.
std::string_view value_of(std::string_view text, std::string_view keyword) {
  constexpr std::string_view blanks = " \t\r\n";
  while (!text.empty()) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(blanks)));
    const auto name = text.substr(0, text.find_first_of("= \t\r\n"));
    text.remove_prefix(std::min(text.size(), text.find('=')));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of("= \t\r\n")));
    const bool quoted = text.starts_with('\'');
    std::size_t end = quoted ? 1 : 0;
    while (end < text.size() &&
           (quoted ? text[end] != '\'' : blanks.find(text[end]) == blanks.npos))
      end += text[end] == '\\' ? 2 : 1;
    end = std::min(end, text.size());
    if (name == keyword) return quoted ? text.substr(1, end - 1) : text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + quoted));
  }
  return {};
}

}  // namespace

std::string with_connect_timeout(std::string url, duration left) {
  if (url.find("connect_timeout=") != std::string::npos) return url;
  const auto wait =
      std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(left).count(), 2, 10);
  return with_setting(std::move(url), "connect_timeout=" + std::to_string(wait));
}

std::string postgres_host(std::string_view url) {
  if (url.find("hostaddr") != url.npos) return {};
  const auto host = is_url(url) ? host_of_url(url) : value_of(url, "host");
  const bool one = host.find_first_of(",/%\\") == host.npos && url.find("host=/") == url.npos;
  return one ? std::string(host) : std::string();
}

std::string with_postgres_address(std::string url, std::string_view address) {
  return with_setting(std::move(url), "hostaddr=" + std::string(address));
}

}  // namespace core
