#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"

namespace probe {

/// A member of a header list with parameters: `name;key=value;key="quoted value", …`, the grammar
/// that Server-Timing and Proxy-Status (a structured-field list, RFC 8941) have in common.
struct list_member {
  std::string name;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< keys in lower case

  const std::string* find(std::string_view key) const noexcept;
};

/// Parses a header value. Forgiving, as readers of both headers are asked to be: what is not
/// understood is skipped up to the next comma. At most 64 members with 16 parameters each.
std::vector<list_member> parse_member_list(std::string_view value);

/// One metric of Server-Timing (W3C): where time went on the server's side.
struct server_time {
  std::string name;
  std::optional<core::duration> took;  ///< of `dur`, which is milliseconds
  std::string description;             ///< of `desc`
};

/// What `Server-Timing` says. Sidecars write (design, contract 3) `proxy`, their own share; `app`,
/// the application's time until its head; and `dep-NAME` for what the application called, with a
/// `desc` such as `connection_refused` or `status_503` when that failed.
class server_timing {
 public:
  static server_timing parse(std::string_view value);

  bool empty() const noexcept { return entries_.empty(); }
  /// Whether one of our sidecars wrote it: others, such as CDNs, have no share called `proxy`.
  bool from_sidecar() const noexcept { return find("proxy") != nullptr; }
  const std::vector<server_time>& entries() const noexcept { return entries_; }
  /// The first entry of that name.
  const server_time* find(std::string_view name) const noexcept;
  /// The `dep-…` entry that took longest; null without one.
  const server_time* slowest_dependency() const noexcept;
  /// The first `dep-…` entry that is described as failed, by a lower-case word; null without one.
  const server_time* failed_dependency() const noexcept;

 private:
  std::vector<server_time> entries_;
};

/// What `Proxy-Status` (RFC 9209) says about the intermediary nearest to the origin, which is the
/// one that met the problem.
struct proxy_status {
  std::string proxy;  ///< who says it: `remora-<service>` for our sidecars
  std::string error;  ///< proxy error type, such as `connection_refused`; "" for none

  static std::optional<proxy_status> parse(std::string_view value);
  /// Whether one of our sidecars made the answer itself.
  bool from_sidecar() const noexcept { return proxy.starts_with("remora-"); }
};

}  // namespace probe
