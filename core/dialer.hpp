#pragma once

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/byte_stream.hpp"
#include "core/clock.hpp"
#include "core/config_types.hpp"
#include "core/ip_family.hpp"
#include "core/task.hpp"
#include "core/tls_facts.hpp"

namespace core {

class worker;
class tls_context;
class resolver;

/// Where to connect to, and how.
struct dial_target {
  address where;
  std::shared_ptr<const tls_context> tls;  ///< null: plain
  std::string server_name;                 ///< SNI and verified name; empty: `where.host`
  ip_family family = ip_family::any;
  std::optional<asio::ip::address> source{};  ///< address to dial from
  /// Dialled instead of looking `where.host` up, which stays the name that TLS verifies.
  std::optional<asio::ip::address> fixed{};
  /// Who looks names up, on the same worker; null: the system (getaddrinfo, one after the other).
  resolver* names = nullptr;
  bool explain = false;  ///< a handshake that fails leaves `dialled::tls`
};

/// When each phase of a dial ended; zero for phases that were not reached.
struct dial_times {
  instant start{};
  instant resolved{};
  instant connected{};
  instant secured{};  ///< equal to `connected` without TLS
};

/// How far a dial came: a stream, or the error and the times so far.
struct dialled {
  std::unique_ptr<byte_stream> stream;
  error_code error;
  dial_times times;
  std::string peer;  ///< numeric `address:port` that was tried last, for logs and bundles
  std::unique_ptr<tls_facts> tls{};  ///< of a handshake that failed, when that was asked for
};

/// Resolves, connects (addresses in order, sharing the time that is left) and secures. Errors are
/// those of `errc`. A numeric host is not resolved.
task<dialled> dial(worker& w, dial_target target, deadline until);

/// All addresses of a name, in the order they are to be tried; never empty without an error.
struct resolved_name {
  std::vector<asio::ip::address> addresses;
  error_code error;  ///< `errc::name_not_found` also when none is of the family
};

/// The resolving part of `dial`. A numeric host is its own address.
task<resolved_name> resolve(worker& w, std::string host, ip_family family, deadline until,
                            resolver* names = nullptr);

}  // namespace core
