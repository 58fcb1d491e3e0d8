#include "api/postgres/score_repository.hpp"

#include <pqxx/pqxx>

#include "api/postgres/database.hpp"

namespace api {
namespace {

constexpr const char* find_statement = "find score";

std::optional<score> find_score(pqxx::connection_base& connection, const std::string& isin) {
  pqxx::nontransaction read(connection);
  const pqxx::result rows = read.exec_prepared(find_statement, isin);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return score{row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].as<bool>()};
}

}  // namespace

postgres_score_repository::postgres_score_repository(database& db) : database_(db) {
  db.prepare(find_statement,
             "SELECT isin, trim_scale(value),"
             " to_char(as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), illustrative"
             " FROM score WHERE isin = $1::char(12)");
}

core::task<core::result<std::optional<score>>> postgres_score_repository::find(call_context call,
                                                                               std::string isin) {
  std::function<std::optional<score>(pqxx::connection_base&)> work =
      [isin = std::move(isin)](pqxx::connection_base& c) { return find_score(c, isin); };
  return database_.run(call.until, std::move(work));
}

}  // namespace api
