#include "core/postgres_url.hpp"

#include <algorithm>

namespace core {

std::string with_connect_timeout(std::string url, duration left) {
  if (url.find("connect_timeout=") != std::string::npos) return url;
  const auto wait =
      std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(left).count(), 2, 10);
  const bool is_url = url.find("://") != std::string::npos;
  url += !is_url ? " " : url.find('?') == std::string::npos ? "?" : "&";
  return url + "connect_timeout=" + std::to_string(wait);
}

}  // namespace core
