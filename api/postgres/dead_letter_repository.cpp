#include "api/postgres/dead_letter_repository.hpp"

#include <charconv>
#include <pqxx/pqxx>

#include "api/postgres/array_literal.hpp"
#include "api/postgres/database.hpp"

namespace api {
namespace {

constexpr const char* end_statement = "find end of a transaction";
constexpr const char* insert_statement = "insert dead letters";
constexpr const char* count_statement = "count dead letters";
constexpr const char* list_statement = "list dead letters";
constexpr const char* look_for_statement = "look for a dead letter";
constexpr const char* remove_statement = "remove a dead letter";

constexpr const char* end_sql = R"(
SELECT EXISTS (SELECT FROM message WHERE transaction_id = $1::uuid),
       (SELECT reason FROM dead_letter WHERE transaction_id = $1::uuid))";

constexpr const char* insert_sql = R"(
INSERT INTO dead_letter (receipt, transaction_id, topic, message, accepted_at, traceparent,
                         tracestate, reason, deliveries)
SELECT receipt, nullif(id, '')::uuid, topic, message, to_timestamp(accepted_at / 1000.0),
       traceparent, tracestate, reason, deliveries
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
            $8::text[], $9::bigint[])
  AS given (receipt, id, topic, message, accepted_at, traceparent, tracestate, reason, deliveries)
ON CONFLICT DO NOTHING)";

constexpr const char* count_sql = R"(
SELECT count(*) FROM dead_letter
WHERE NOT EXISTS (SELECT FROM message WHERE message.transaction_id = dead_letter.transaction_id))";

constexpr const char* list_sql = R"(
SELECT number, coalesce(transaction_id::text, ''), topic, message,
       (extract(epoch FROM accepted_at) * 1000)::bigint, traceparent, tracestate, reason, deliveries
FROM dead_letter WHERE number > $1 ORDER BY number LIMIT $2)";

constexpr std::size_t column_count = 9;

/// The columns of what is inserted, as array literals, in the statement's order.
std::vector<std::string> columns_of(const std::vector<dead_letter>& letters) {
  std::vector<std::vector<std::string>> columns(column_count);
  for (const auto& letter : letters) {
    const queued_message& m = letter.what.message;
    const std::string values[column_count] = {letter.what.receipt,
                                              m.id,
                                              m.topic,
                                              m.message,
                                              std::to_string(m.accepted_at),
                                              m.traceparent,
                                              m.tracestate,
                                              letter.reason,
                                              std::to_string(letter.what.count)};
    for (std::size_t i = 0; i < column_count; ++i) columns[i].push_back(values[i]);
  }
  std::vector<std::string> literals;
  for (const auto& column : columns) literals.push_back(array_literal(column));
  return literals;
}

dead_letter to_dead_letter(const pqxx::row& row) {
  dead_letter letter;
  letter.what.receipt = row[0].c_str();
  queued_message& m = letter.what.message;
  m.id = row[1].c_str();
  m.topic = row[2].c_str();
  m.message = row[3].c_str();
  m.accepted_at = row[4].as<std::int64_t>();
  m.traceparent = row[5].c_str();
  m.tracestate = row[6].c_str();
  m.synthetic = is_synthetic(m.tracestate);
  letter.reason = row[7].c_str();
  letter.what.count = row[8].as<std::int64_t>();
  return letter;
}

/// The number of a row in text; nullopt for anything else. "" is before the first.
std::optional<std::int64_t> row_number(std::string_view receipt) {
  if (receipt.empty()) return 0;
  std::int64_t number = 0;
  const auto end = receipt.data() + receipt.size();
  const auto [stopped, error] = std::from_chars(receipt.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

postgres_dead_letter_reader::postgres_dead_letter_reader(database& db) : database_(db) {
  db.prepare(end_statement, end_sql);
}

core::task<core::result<transaction_end>> postgres_dead_letter_reader::find_end(call_context call,
                                                                                std::string id) {
  std::function<transaction_end(pqxx::connection_base&)> work =
      [id = std::move(id)](pqxx::connection_base& c) {
        pqxx::nontransaction read(c);
        const pqxx::row row = read.exec_prepared1(end_statement, id);
        transaction_end end{row[0].as<bool>(), std::nullopt};
        if (!row[1].is_null()) end.dead = row[1].c_str();
        return end;
      };
  return database_.run(call.until, std::move(work));
}

postgres_dead_letter_store::postgres_dead_letter_store(database& db) : database_(db) {
  db.prepare(insert_statement, insert_sql);
  db.prepare(count_statement, count_sql);
  db.prepare(list_statement, list_sql);
  db.prepare(look_for_statement, "SELECT FROM dead_letter WHERE number = $1");
  db.prepare(remove_statement, "DELETE FROM dead_letter WHERE number = $1 RETURNING number");
}

core::task<core::result<>> postgres_dead_letter_store::insert(call_context call,
                                                              std::vector<dead_letter> letters) {
  std::function<std::int64_t(pqxx::connection_base&)> work =
      [columns = columns_of(letters)](pqxx::connection_base& c) {
        pqxx::nontransaction write(c);
        return static_cast<std::int64_t>(
            write
                .exec_prepared0(insert_statement, columns[0], columns[1], columns[2], columns[3],
                                columns[4], columns[5], columns[6], columns[7], columns[8])
                .affected_rows());
      };
  auto inserted = co_await database_.run(call.until, std::move(work));
  if (!inserted) co_return inserted.error();
  co_return core::result<>();
}

core::task<core::result<std::int64_t>> postgres_dead_letter_store::count(call_context call) {
  std::function<std::int64_t(pqxx::connection_base&)> work = [](pqxx::connection_base& c) {
    pqxx::nontransaction read(c);
    return read.exec_prepared1(count_statement)[0].as<std::int64_t>();
  };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::vector<dead_letter>>> postgres_dead_letter_store::list(
    call_context call, std::string after, std::size_t most) {
  const auto number = row_number(after);
  if (!number) co_return core::error_code(core::errc::malformed);
  std::function<std::vector<dead_letter>(pqxx::connection_base&)> work =
      [number = *number, most](pqxx::connection_base& c) {
        pqxx::nontransaction read(c);
        std::vector<dead_letter> letters;
        for (const auto& row : read.exec_prepared(list_statement, number, most))
          letters.push_back(to_dead_letter(row));
        return letters;
      };
  co_return co_await database_.run(call.until, std::move(work));
}

core::task<core::result<std::int64_t>> postgres_dead_letter_store::look_for(call_context call,
                                                                            std::string receipt) {
  return rows_of(std::move(call), look_for_statement, std::move(receipt));
}

core::task<core::result<std::int64_t>> postgres_dead_letter_store::remove(call_context call,
                                                                          std::string receipt) {
  return rows_of(std::move(call), remove_statement, std::move(receipt));
}

core::task<core::result<std::int64_t>> postgres_dead_letter_store::rows_of(call_context call,
                                                                           const char* statement,
                                                                           std::string receipt) {
  const auto number = row_number(receipt);
  if (!number) co_return std::int64_t{0};
  std::function<std::int64_t(pqxx::connection_base&)> work = [number = *number,
                                                              statement](pqxx::connection_base& c) {
    pqxx::nontransaction transaction(c);
    return static_cast<std::int64_t>(transaction.exec_prepared(statement, number).size());
  };
  co_return co_await database_.run(call.until, std::move(work));
}

}  // namespace api
