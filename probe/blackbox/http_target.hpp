#pragma once

#include <boost/url/url.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe::blackbox {

/// A URL that can be asked, http or https.
class http_target {
 public:
  /// What `/probe` was given: `http://` is put before what has no scheme. Bytes that cannot stand
  /// in a URL are percent-encoded, as Go does.
  static std::optional<http_target> parse(std::string_view text);
  /// A Location seen at this URL: absolute or relative. Nullopt when it is no URL, or not http(s).
  std::optional<http_target> redirected(std::string_view location, bool& relative) const;

  bool tls() const { return url_.scheme_id() == boost::urls::scheme::https; }
  /// Decoded, an IPv6 address without its brackets.
  std::string host() const;
  std::uint16_t port() const;
  /// As the URL has it: the default Host.
  std::string authority() const;
  std::string path() const { return std::string(url_.encoded_path()); }
  /// Path and query as they are asked for.
  std::string request_target() const;
  /// `user:password` of the URL, decoded; empty for none.
  std::string user_info() const;
  /// For people: without user and password.
  std::string text() const;

 private:
  explicit http_target(boost::urls::url url) : url_(std::move(url)) {}
  boost::urls::url url_;
};

/// `host:port` or `[host]:port`, as Go's net.SplitHostPort takes it; false when it is none.
bool split_host_port(std::string_view text, std::string& host, std::uint16_t& port);

}  // namespace probe::blackbox
