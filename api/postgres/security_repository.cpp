#include "api/postgres/security_repository.hpp"

#include <pqxx/pqxx>

#include "api/postgres/database.hpp"

namespace api {
namespace {

constexpr const char* list_statement = "list securities";
constexpr const char* find_statement = "find security";

security to_security(const pqxx::row& row) {
  return {row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str()};
}

std::vector<security> list_securities(pqxx::connection_base& connection,
                                      const security_page& page) {
  pqxx::nontransaction read(connection);
  const pqxx::result rows = read.exec_prepared(list_statement, page.after, page.limit);
  std::vector<security> found;
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back(to_security(row));
  return found;
}

std::optional<security> find_security(pqxx::connection_base& connection, const std::string& isin) {
  pqxx::nontransaction read(connection);
  const pqxx::result rows = read.exec_prepared(find_statement, isin);
  if (rows.empty()) return std::nullopt;
  return to_security(rows[0]);
}

}  // namespace

postgres_security_repository::postgres_security_repository(database& db) : database_(db) {
  db.prepare(list_statement,
             "SELECT isin, name, country, sector, currency FROM security"
             " WHERE isin > $1::char(12) ORDER BY isin LIMIT $2");
  db.prepare(
      find_statement,
      "SELECT isin, name, country, sector, currency FROM security WHERE isin = $1::char(12)");
}

core::task<core::result<std::vector<security>>> postgres_security_repository::list(
    call_context call, security_page page) {
  std::function<std::vector<security>(pqxx::connection_base&)> work =
      [page = std::move(page)](pqxx::connection_base& c) { return list_securities(c, page); };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::optional<security>>> postgres_security_repository::find(
    call_context call, std::string isin) {
  std::function<std::optional<security>(pqxx::connection_base&)> work =
      [isin = std::move(isin)](pqxx::connection_base& c) { return find_security(c, isin); };
  return database_.run(call.until, std::move(work));
}

}  // namespace api
