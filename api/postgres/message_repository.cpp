#include "api/postgres/message_repository.hpp"

#include <pqxx/pqxx>

#include "api/postgres/array_literal.hpp"
#include "api/postgres/database.hpp"

namespace api {
namespace {

constexpr const char* find_statement = "find message";
constexpr const char* store_statement = "store messages";
constexpr const char* count_statement = "count messages";

// One statement, so one round trip and one transaction: what is new among the messages, and of that
// the newest score of each security.
constexpr const char* store_sql = R"(
WITH stored AS (
  INSERT INTO message (transaction_id, topic, message, accepted_at, synthetic)
  SELECT id, topic, message, to_timestamp(accepted_at / 1000.0), synthetic
  FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::bigint[], $5::boolean[])
    AS given (id, topic, message, accepted_at, synthetic)
  ON CONFLICT DO NOTHING
  RETURNING transaction_id, topic, message, accepted_at
), scored AS (
  INSERT INTO score (isin, value, as_of, illustrative)
  SELECT DISTINCT ON (message->>'isin')
    message->>'isin', (message->>'value')::numeric, accepted_at, false
  FROM stored WHERE topic = 'scores'
  ORDER BY message->>'isin', accepted_at DESC, transaction_id DESC
  ON CONFLICT (isin) DO UPDATE
    SET value = excluded.value, as_of = excluded.as_of, illustrative = excluded.illustrative
    WHERE score.as_of <= excluded.as_of
)
SELECT transaction_id FROM stored)";

std::optional<stored_message> find_message(pqxx::connection_base& connection,
                                           const std::string& id) {
  pqxx::nontransaction read(connection);
  const pqxx::result rows = read.exec_prepared(find_statement, id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return stored_message{row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                        row[4].c_str()};
}

/// The columns of a batch as array literals.
struct message_columns {
  explicit message_columns(const std::vector<queued_message>& batch) {
    std::vector<std::string> column[5];
    for (const auto& m : batch) {
      column[0].push_back(m.id);
      column[1].push_back(m.topic);
      column[2].push_back(m.message);
      column[3].push_back(std::to_string(m.accepted_at));
      column[4].push_back(m.synthetic ? "t" : "f");
    }
    ids = array_literal(column[0]);
    topics = array_literal(column[1]);
    messages = array_literal(column[2]);
    accepted = array_literal(column[3]);
    synthetic = array_literal(column[4]);
  }
  std::string ids, topics, messages, accepted, synthetic;
};

std::vector<std::string> store_messages(pqxx::connection_base& connection,
                                        const message_columns& columns) {
  pqxx::nontransaction write(connection);
  const pqxx::result rows =
      write.exec_prepared(store_statement, columns.ids, columns.topics, columns.messages,
                          columns.accepted, columns.synthetic);
  std::vector<std::string> stored;
  stored.reserve(rows.size());
  for (const auto& row : rows) stored.emplace_back(row[0].c_str());
  return stored;
}

}  // namespace

postgres_message_reader::postgres_message_reader(database& db) : database_(db) {
  db.prepare(find_statement,
             "SELECT transaction_id, topic, message,"
             " to_char(accepted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),"
             " to_char(stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
             " FROM message WHERE transaction_id = $1::uuid");
}

core::task<core::result<std::optional<stored_message>>> postgres_message_reader::find(
    call_context call, std::string id) {
  std::function<std::optional<stored_message>(pqxx::connection_base&)> work =
      [id = std::move(id)](pqxx::connection_base& c) { return find_message(c, id); };
  return database_.run(call.until, std::move(work));
}

postgres_message_store::postgres_message_store(database& db) : database_(db) {
  db.prepare(store_statement, store_sql);
  db.prepare(count_statement, "SELECT count(*) FROM message");
}

core::task<core::result<std::vector<std::string>>> postgres_message_store::store(
    call_context call, std::vector<queued_message> batch) {
  std::function<std::vector<std::string>(pqxx::connection_base&)> work =
      [columns = message_columns(batch)](pqxx::connection_base& c) {
        return store_messages(c, columns);
      };
  return database_.run(call.until, std::move(work));
}

core::task<core::result<std::int64_t>> postgres_message_store::count(call_context call) {
  std::function<std::int64_t(pqxx::connection_base&)> work = [](pqxx::connection_base& c) {
    pqxx::nontransaction read(c);
    return read.exec_prepared1(count_statement)[0].as<std::int64_t>();
  };
  return database_.run(call.until, std::move(work));
}

}  // namespace api
