#pragma once

#include <array>
#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "core/tls_context.hpp"
#include "probe/format/file_path.hpp"

namespace core {

constexpr auto config_names(tls_version) {
  return std::array{
      std::pair{"tls1.0", tls_version::tls_1_0}, std::pair{"tls1.1", tls_version::tls_1_1},
      std::pair{"tls1.2", tls_version::tls_1_2}, std::pair{"tls1.3", tls_version::tls_1_3}};
}

}  // namespace core

namespace probe {

/// How TLS is spoken: in the configuration for all or for a target, in a step for itself.
struct tls_settings {
  file_path ca;
  file_path certificate;
  file_path key;
  std::string server_name;
  bool insecure = false;
  core::tls_version lowest = core::tls_version::tls_1_2;
  core::tls_version highest = core::tls_version::tls_1_3;
  std::vector<std::string> alpn;

  static void describe(core::fields<tls_settings>& f);
  friend auto operator<=>(const tls_settings&, const tls_settings&) = default;
};

}  // namespace probe
