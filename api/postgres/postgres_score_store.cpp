#include "api/postgres/postgres_score_store.hpp"

#include <pqxx/pqxx>

#include "api/postgres/array_literal.hpp"
#include "api/postgres/database.hpp"

namespace api {
namespace {

constexpr const char* find_statement = "find score";
constexpr const char* find_all_statement = "find scores";
constexpr const char* put_statement = "put score";
constexpr const char* put_all_statement = "put scores";

const std::string columns =
    " isin, trim_scale(value),"
    " to_char(as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), illustrative";

// What is written directly is newer than whatever is there, also when another machine's clock was
// ahead of ours.
const std::string put_sql =
    "INSERT INTO score (isin, value, as_of, illustrative)"
    " SELECT isin, $2::numeric, clock_timestamp(), false FROM security WHERE isin = $1::char(12)"
    " ON CONFLICT (isin) DO UPDATE SET value = excluded.value,"
    " as_of = greatest(score.as_of, excluded.as_of), illustrative = false"
    " RETURNING" +
    columns;

// In the order of their ISINs, so that two of these never wait for each other in a circle.
constexpr const char* put_all_sql = R"(
WITH given AS (
  SELECT isin::char(12) COLLATE "C" AS isin, value
  FROM unnest($1::text[], $2::numeric[]) AS given (isin, value)
), missing AS (
  SELECT isin FROM given WHERE NOT EXISTS (SELECT FROM security WHERE security.isin = given.isin)
), stored AS (
  INSERT INTO score (isin, value, as_of, illustrative)
  SELECT isin, value, clock_timestamp(), false FROM given
  WHERE NOT EXISTS (SELECT FROM missing)
  ORDER BY isin
  ON CONFLICT (isin) DO UPDATE SET value = excluded.value,
    as_of = greatest(score.as_of, excluded.as_of), illustrative = false
)
SELECT isin FROM missing ORDER BY isin)";

score to_score(const pqxx::row& row) {
  return {row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].as<bool>()};
}

std::optional<score> one_score(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return to_score(rows[0]);
}

std::vector<score> all_scores(const pqxx::result& rows) {
  std::vector<score> found;
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back(to_score(row));
  return found;
}

std::vector<std::string> first_column(const pqxx::result& rows) {
  std::vector<std::string> found;
  for (const auto& row : rows) found.emplace_back(row[0].c_str());
  return found;
}

}  // namespace

postgres_score_store::postgres_score_store(database& db) : database_(db) {
  db.prepare(find_statement, "SELECT" + columns + " FROM score WHERE isin = $1::char(12)");
  db.prepare(find_all_statement,
             "SELECT" + columns + " FROM score WHERE isin = ANY ($1::char(12)[]) ORDER BY isin");
  db.prepare(put_statement, put_sql);
  db.prepare(put_all_statement, put_all_sql);
}

core::task<core::result<std::optional<score>>> postgres_score_store::find(call_context call,
                                                                          std::string isin) {
  std::function<std::optional<score>(pqxx::connection_base&)> work =
      [isin = std::move(isin)](pqxx::connection_base& c) {
        return one_score(pqxx::nontransaction(c).exec_prepared(find_statement, isin));
      };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::vector<score>>> postgres_score_store::find_all(
    call_context call, std::vector<std::string> isins) {
  std::function<std::vector<score>(pqxx::connection_base&)> work =
      [all = array_literal(isins)](pqxx::connection_base& c) {
        return all_scores(pqxx::nontransaction(c).exec_prepared(find_all_statement, all));
      };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::optional<score>>> postgres_score_store::put(call_context call,
                                                                         new_score value) {
  std::function<std::optional<score>(pqxx::connection_base&)> work = [value = std::move(value)](
                                                                         pqxx::connection_base& c) {
    return one_score(pqxx::nontransaction(c).exec_prepared(put_statement, value.isin, value.value));
  };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::vector<std::string>>> postgres_score_store::put_all(
    call_context call, std::vector<new_score> values) {
  std::vector<std::string> isins, numbers;
  for (auto& v : values) {
    isins.push_back(std::move(v.isin));
    numbers.push_back(std::move(v.value));
  }
  std::function<std::vector<std::string>(pqxx::connection_base&)> work =
      [isins = array_literal(isins), numbers = array_literal(numbers)](pqxx::connection_base& c) {
        return first_column(
            pqxx::nontransaction(c).exec_prepared(put_all_statement, isins, numbers));
      };
  return database_.run(call.until, std::move(work));
}

}  // namespace api
