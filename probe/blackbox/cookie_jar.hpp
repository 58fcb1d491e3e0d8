#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace probe::blackbox {

/// The cookies of one probe from redirect to redirect (RFC 6265): kept by host and path, sent back
/// where they belong. Life times only tell whether a cookie is deleted: a probe is short. A Domain
/// is taken when the host lies in it and it has a dot; there is no list of public suffixes.
class cookie_jar {
 public:
  /// Takes a Set-Cookie of an answer to `host` (as in the URL, without port) and `path`.
  void take(std::string_view set_cookie, std::string_view host, std::string_view path);
  /// The value of Cookie for a request; empty for none.
  std::string header(std::string_view host, std::string_view path, bool secure) const;
  bool empty() const noexcept { return cookies_.empty(); }

 private:
  struct cookie {
    std::string name, value, host, path;
    bool host_only = true;
    bool secure = false;
  };
  std::vector<cookie> cookies_;
};

}  // namespace probe::blackbox
