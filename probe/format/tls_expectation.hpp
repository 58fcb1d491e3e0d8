#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "probe/format/pattern.hpp"
#include "probe/format/tls_settings.hpp"

namespace probe {

/// What a TLS connection and the server's certificates must be. What is not set is not asked.
struct tls_expectation {
  std::optional<core::duration> valid_for;
  std::optional<pattern> subject;
  std::optional<pattern> issuer;
  std::vector<std::string> names;
  std::vector<std::string> fingerprints;
  std::vector<pattern> chain;
  std::vector<core::tls_version> versions;
  std::optional<pattern> cipher;
  std::optional<std::string> alpn;

  static void describe(core::fields<tls_expectation>& f);
};

/// A fingerprint as certificate_facts writes it: colons dropped, lowercase; "" when it is none.
std::string plain_fingerprint(std::string_view text);

}  // namespace probe
