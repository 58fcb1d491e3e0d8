#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/byte_stream.hpp"
#include "core/clock.hpp"
#include "core/config_types.hpp"
#include "core/task.hpp"

namespace core {

class worker;
class tls_context;

/// Where to connect to, and how.
struct dial_target {
  address where;
  std::shared_ptr<const tls_context> tls;  ///< null: plain
  std::string server_name;                 ///< SNI and verified name; empty: `where.host`
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
  std::string peer;  ///< numeric address that was tried last, for logs and bundles
};

/// Resolves, connects (addresses in order, sharing the time that is left) and secures. Errors are
/// those of `errc`. A numeric host is not resolved.
task<dialled> dial(worker& w, dial_target target, deadline until);

}  // namespace core
