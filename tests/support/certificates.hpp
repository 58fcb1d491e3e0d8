#pragma once

#include <filesystem>
#include <string>

#include "tests/support/temporary_directory.hpp"

namespace tests {

/// A temporary directory with a certificate authority and what it issues, PEM files.
class certificate_authority {
 public:
  certificate_authority();

  struct issued {
    std::string certificate, key;  ///< paths
  };
  /// A leaf with subject alternative names as OpenSSL writes them: "DNS:scores,IP:127.0.0.1".
  issued issue(const std::string& name, const std::string& alternative_names, int days = 1);
  std::string root() const { return (directory_ / "ca.pem").string(); }
  const std::filesystem::path& directory() const { return directory_.path(); }

 private:
  temporary_directory directory_;
};

}  // namespace tests
