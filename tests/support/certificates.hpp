#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tests {

/// A temporary directory with a certificate authority and what it issues, PEM files; removed at the
/// end of its life.
class certificate_authority {
 public:
  certificate_authority();
  ~certificate_authority();
  certificate_authority(const certificate_authority&) = delete;
  certificate_authority& operator=(const certificate_authority&) = delete;

  struct issued {
    std::string certificate, key;  ///< paths
  };
  /// A leaf with subject alternative names as OpenSSL writes them: "DNS:scores,IP:127.0.0.1".
  issued issue(const std::string& name, const std::string& alternative_names, int days = 1);
  std::string root() const { return (directory_ / "ca.pem").string(); }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

}  // namespace tests
