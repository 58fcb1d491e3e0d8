#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace core {

/// `host:port`, `[::1]:port` or `:port` (all addresses). The host may be a name.
struct address {
  std::string host;
  std::uint16_t port = 0;

  std::string to_string() const;
  friend bool operator==(const address&, const address&) = default;
};

/// Parses an address; false (and `out` unchanged) when it is none.
bool parse_address(std::string_view text, address& out);

/// A base URL, `http://host[:port][/path]` or `https://…`; no user, query or fragment.
struct base_url {
  bool tls = false;
  address authority;  ///< port filled in (80, 443)
  std::string path;   ///< without a trailing slash; "" for the root

  std::string to_string() const;
  bool empty() const noexcept { return authority.host.empty(); }
  friend bool operator==(const base_url&, const base_url&) = default;
};

bool parse_base_url(std::string_view text, base_url& out);

/// A credential: written in configuration as `file:PATH` or `${ENV}`, read when the configuration
/// is read, shown as `<secret>` wherever configuration is shown. Never logged.
class secret {
 public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const noexcept { return value_; }
  bool empty() const noexcept { return value_.empty(); }
  friend bool operator==(const secret&, const secret&) = default;

 private:
  std::string value_;
};

/// A number of bytes: `512`, `64KB`, `1MiB` (KB = 1000, KiB = 1024).
struct byte_size {
  std::uint64_t bytes = 0;
  friend bool operator==(const byte_size&, const byte_size&) = default;
};

bool parse_byte_size(std::string_view text, byte_size& out);
/// The shortest exact spelling, with a unit if that is as short: `64KiB`, `1500`.
std::string format_byte_size(byte_size size);

}  // namespace core
