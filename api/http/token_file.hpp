#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/document.hpp"

namespace api {

enum class token_scope : std::uint8_t { read = 1, write = 2 };

/// What a presented token may do, a set of scopes, and whose it is.
class token_grant {
 public:
  token_grant() = default;
  token_grant(std::uint8_t scopes, std::string name) : scopes_(scopes), name_(std::move(name)) {}
  bool known() const noexcept { return scopes_ != 0; }
  bool allows(token_scope s) const noexcept { return scopes_ & static_cast<std::uint8_t>(s); }
  const std::string& name() const noexcept { return name_; }

 private:
  std::uint8_t scopes_ = 0;
  std::string name_;
};

/// The tokens that may use the API, as SHA-256 digests: the file does not give them away. A line is
/// `<64 hex digits> <scope>[,<scope>] <name>`; empty lines and those that begin with `#` are
/// skipped.
class token_file {
 public:
  /// Reads the text of a file; every bad line is a problem, and the good ones are kept.
  static token_file parse(const std::string& file_name, std::string_view text, core::problems& out);
  static token_file load(const std::string& path, core::problems& out);

  /// The grant of a bearer token; looks at every digest in constant time, so that how long it takes
  /// says nothing about which of them came close.
  token_grant find(std::string_view token) const;
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct entry {
    std::array<std::uint8_t, 32> digest{};
    std::uint8_t scopes = 0;
    std::string name;
  };
  std::vector<entry> entries_;
};

}  // namespace api
