#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/child_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temporary_directory.hpp"

/// Real servers of a test's own: in a temporary directory, on a free port of loopback, gone when
/// the object is. Nothing of the system's servers is touched.
namespace tests {

/// PostgreSQL with database `remora` owned by the superuser `remora_owner`; asks for passwords
/// (SCRAM) over TCP. As root its processes run as the user postgres, which PostgreSQL insists on.
class private_postgres {
 public:
  /// Why there can be none here; "" when there can.
  static std::string unavailable();

  private_postgres();
  ~private_postgres();

  /// A connection URL for a role.
  std::string url(const std::string& role, const std::string& password,
                  const std::string& database = "remora") const;
  std::string owner_url(const std::string& database = "remora") const {
    return url("remora_owner", "owner-password", database);
  }

  /// Starts it, and waits until it answers; it keeps its data and port over a stop. Throws
  /// std::runtime_error when it does not.
  void start();
  /// Ends it at once: no checkpoint, as after a crash.
  void stop();

 private:
  temporary_directory directory_;
  std::uint16_t port_ = 0;
  child_process server_;
};

/// PEM files of a server that speaks TLS and asks clients for certificates of `ca`.
struct redis_files {
  std::string certificate, key, ca;
};

/// Redis with a password, durable as the queue needs it unless told otherwise.
class private_redis {
 public:
  static std::string unavailable();

  explicit private_redis(std::string appendfsync = "always");
  /// One that speaks nothing but TLS.
  explicit private_redis(const redis_files& files);
  ~private_redis();

  std::uint16_t port() const { return port_; }
  static std::string password() { return "redis-password"; }
  void start();
  /// SIGKILL; it keeps its data and port.
  void stop();
  /// SIGSTOP and SIGCONT: it is there and says nothing.
  void freeze() const;
  void thaw() const;

 private:
  temporary_directory directory_;
  std::uint16_t port_ = 0;
  std::string appendfsync_;
  std::vector<std::string> tls_;  // further words of its command line
  child_process server_;
};

}  // namespace tests
