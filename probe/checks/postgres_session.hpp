#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "probe/checks/phases.hpp"
#include "probe/verdict/verdict.hpp"

namespace core {
class worker;
}

namespace probe {

/// One statement for one PostgreSQL.
struct postgres_order {
  std::string url;
  std::string query;
  std::vector<std::string> parameters;
  core::deadline until;
};

/// What became of it.
struct postgres_outcome {
  std::optional<std::string> body;  ///< the rows as JSON; nothing when it broke off
  core::duration connecting{};      ///< name, connection, TLS and authentication; zero: not reached
  core::duration querying{};        ///< from the statement's first byte to the last row
  failure_reason why = failure_reason::timed_out;
  std::optional<phase> broke_in;  ///< nothing: PostgreSQL refused, see `why`
  std::string peer;               ///< numeric address and port of the server; "": none, a socket
  std::string detail;             ///< what libpq or PostgreSQL said, with the SQLSTATE
};

/// Connects, runs the statement and disconnects, on a thread of its own, since libpqxx blocks. Ends
/// at the deadline whatever the server does: the connection is then cut from here, which ends the
/// thread too; one that is still connecting ends by libpq's own timeout (2 to 10 s). The server
/// ends the statement a little before (`statement_timeout`). Awaited on `w`'s thread.
core::task<postgres_outcome> ask_postgres(core::worker& w, postgres_order order);

/// Why a connection failed, by what libpq says of it (in English: the programs set no locale).
postgres_outcome refused_connection(std::string message);

}  // namespace probe
