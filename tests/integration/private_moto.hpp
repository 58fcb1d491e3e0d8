#pragma once

#include <cstdint>
#include <string>

#include "core/config_types.hpp"
#include "tests/integration/private_servers.hpp"

namespace tests {

/// PEM files of a server.
struct moto_files {
  std::string certificate, key;
};

/// AWS in one process: moto's server, with everything in memory. It lets everybody in unless it is
/// told otherwise over its own API (`/moto-api/reset-auth`).
class private_moto {
 public:
  /// Why there can be none here; "" when there can. It runs in the interpreter that
  /// `deploy/dev/python.sh` provides, or in the one that REMORA_TEST_PYTHON names.
  static std::string unavailable();

  private_moto();
  /// One that speaks nothing but TLS.
  explicit private_moto(const moto_files& files);

  core::base_url url() const;
  static constexpr const char* account = "123456789012";
  static constexpr const char* region = "eu-west-1";

  /// SIGKILL: it forgets everything.
  void stop();

 private:
  void start();

  temporary_directory directory_;
  std::uint16_t port_ = 0;
  moto_files files_;
  child_process server_;
};

}  // namespace tests
