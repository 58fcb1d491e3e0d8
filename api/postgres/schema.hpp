#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pqxx {
class connection_base;
}

namespace api {

/// One file of api/schema, built into the program.
struct schema_file {
  std::string_view name;  ///< `001_tables.sql`
  std::string_view sql;
};

/// All files, in the order of their names.
std::span<const schema_file> schema_files();

/// What is wrong with the database or the data given, as opposed to a server that cannot be
/// reached.
class migration_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Applies what has not been applied yet, each file in a transaction of its own, and notes its
/// SHA-256 in the table schema_migration. A file that was changed after it was applied, or that
/// this program does not have, is a migration_error and nothing is applied. The caller holds the
/// lock that keeps other migrations out. Gives the names of what was applied.
std::vector<std::string> apply_schema(pqxx::connection_base& connection,
                                      std::span<const schema_file> files);

}  // namespace api
