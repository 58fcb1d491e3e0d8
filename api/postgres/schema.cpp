#include "api/postgres/schema.hpp"

#include <algorithm>
#include <map>
#include <pqxx/pqxx>

#include "core/digest.hpp"

namespace api {
namespace {

std::string checksum(std::string_view text) {
  return core::to_hex(core::sha256(text));
}

std::map<std::string, std::string> applied_files(pqxx::connection_base& connection) {
  pqxx::work work(connection);
  if (work.exec1("SELECT to_regclass('public.schema_migration')")[0].is_null())
    work.exec(
        "CREATE TABLE schema_migration (name text PRIMARY KEY, checksum text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())");
  std::map<std::string, std::string> applied;
  for (const auto& row : work.exec("SELECT name, checksum FROM schema_migration"))
    applied.emplace(row[0].c_str(), row[1].c_str());
  work.commit();
  return applied;
}

void check(const std::map<std::string, std::string>& applied, std::span<const schema_file> files) {
  for (const auto& [name, sum] : applied) {
    const auto file = std::find_if(files.begin(), files.end(),
                                   [&](const schema_file& f) { return f.name == name; });
    if (file == files.end())
      throw migration_error("the database has " + name + ", which this version does not know");
    if (checksum(file->sql) != sum)
      throw migration_error(name + " was changed after it was applied: write a new file instead");
  }
}

}  // namespace

std::vector<std::string> apply_schema(pqxx::connection_base& connection,
                                      std::span<const schema_file> files) {
  const auto applied = applied_files(connection);
  check(applied, files);
  std::vector<std::string> done;
  for (const schema_file& file : files) {
    const std::string name(file.name);
    if (applied.contains(name)) continue;
    pqxx::work work(connection);
    work.exec(std::string(file.sql));
    work.exec_params("INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)", name,
                     checksum(file.sql));
    work.commit();
    done.push_back(name);
  }
  return done;
}

}  // namespace api
