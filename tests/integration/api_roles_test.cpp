#include "core/sqlstate.hpp"
#include "tests/integration/api_database_fixture.hpp"

namespace {

struct statement {
  const char* name;
  const char* role;
  const char* sql;
};
void PrintTo(const statement& s, std::ostream* out) {
  *out << s.role << ": " << s.sql;
}

class allowed : public tests::with_postgres, public ::testing::WithParamInterface<statement> {};
class forbidden : public tests::with_postgres, public ::testing::WithParamInterface<statement> {};

TEST_P(allowed, statement_is_executed) {
  pqxx::connection connection(url_of(GetParam().role));
  pqxx::work work(connection);
  EXPECT_NO_THROW(work.exec(GetParam().sql));
}

TEST_P(forbidden, statement_is_refused_by_postgresql) {
  pqxx::connection connection(url_of(GetParam().role));
  connection.set_verbosity(pqxx::connection_base::verbose);
  pqxx::work work(connection);
  try {
    work.exec(GetParam().sql);
    ADD_FAILURE() << "was executed";
  } catch (const pqxx::sql_error& e) {
    EXPECT_EQ(core::sqlstate_in(e.what()), "42501") << e.what();  // insufficient_privilege
  }
}

constexpr const char* insert_security =
    "INSERT INTO security VALUES ('FR0000120271', 'T', 'FR', 'Energy', 'EUR', 's')";
constexpr const char* insert_score =
    "INSERT INTO score VALUES ('US0378331005', 1, now(), false)"
    " ON CONFLICT (isin) DO UPDATE SET value = 2";
constexpr const char* insert_message =
    "INSERT INTO message VALUES (gen_random_uuid(), 't', '{}', now(), now(), false)";
constexpr const char* insert_dead_letter =
    "INSERT INTO dead_letter (receipt, topic, message, accepted_at, traceparent, tracestate, "
    "reason,"
    " deliveries) VALUES ('r', 't', '{}', now(), '', '', 'why', 1)";

INSTANTIATE_TEST_SUITE_P(
    to, allowed,
    ::testing::Values(
        statement{"reader_select_security", "remora_reader", "SELECT * FROM security"},
        statement{"reader_select_message", "remora_reader", "SELECT * FROM message"},
        statement{"scores_select_security", "remora_scores", "SELECT * FROM security"},
        statement{"scores_select_score", "remora_scores", "SELECT * FROM score"},
        statement{"scores_insert_or_update_score", "remora_scores", insert_score},
        statement{"worker_select_security", "remora_worker", "SELECT * FROM security"},
        statement{"worker_select_score", "remora_worker", "SELECT * FROM score"},
        statement{"worker_insert_or_update_score", "remora_worker", insert_score},
        statement{"worker_select_message", "remora_worker", "SELECT * FROM message"},
        statement{"worker_insert_message", "remora_worker", insert_message},
        statement{"reader_select_dead_letter", "remora_reader", "SELECT * FROM dead_letter"},
        statement{"worker_select_dead_letter", "remora_worker", "SELECT * FROM dead_letter"},
        statement{"worker_insert_dead_letter", "remora_worker", insert_dead_letter},
        statement{"worker_delete_dead_letter", "remora_worker", "DELETE FROM dead_letter"}),
    [](const auto& info) { return info.param.name; });

// For every role: what it does not need on each table, and what nobody but the owner may do at all.
std::vector<statement> everything_forbidden() {
  return {
      {"reader_insert_security", "remora_reader", insert_security},
      {"reader_update_security", "remora_reader", "UPDATE security SET name = 'x'"},
      {"reader_delete_security", "remora_reader", "DELETE FROM security"},
      {"reader_truncate_security", "remora_reader", "TRUNCATE security CASCADE"},
      {"reader_select_score", "remora_reader", "SELECT * FROM score"},
      {"reader_insert_score", "remora_reader", insert_score},
      {"reader_update_score", "remora_reader", "UPDATE score SET value = 1"},
      {"reader_delete_score", "remora_reader", "DELETE FROM score"},
      {"reader_insert_message", "remora_reader", insert_message},
      {"reader_update_message", "remora_reader", "UPDATE message SET topic = 'x'"},
      {"reader_delete_message", "remora_reader", "DELETE FROM message"},
      {"scores_insert_security", "remora_scores", insert_security},
      {"scores_update_security", "remora_scores", "UPDATE security SET name = 'x'"},
      {"scores_delete_security", "remora_scores", "DELETE FROM security"},
      {"scores_truncate_security", "remora_scores", "TRUNCATE security CASCADE"},
      {"scores_delete_score", "remora_scores", "DELETE FROM score"},
      {"scores_truncate_score", "remora_scores", "TRUNCATE score"},
      {"scores_select_message", "remora_scores", "SELECT * FROM message"},
      {"scores_insert_message", "remora_scores", insert_message},
      {"scores_update_message", "remora_scores", "UPDATE message SET topic = 'x'"},
      {"scores_delete_message", "remora_scores", "DELETE FROM message"},
      {"worker_insert_security", "remora_worker", insert_security},
      {"worker_update_security", "remora_worker", "UPDATE security SET name = 'x'"},
      {"worker_delete_security", "remora_worker", "DELETE FROM security"},
      {"worker_delete_score", "remora_worker", "DELETE FROM score"},
      {"worker_truncate_score", "remora_worker", "TRUNCATE score"},
      {"worker_update_message", "remora_worker", "UPDATE message SET topic = 'x'"},
      {"worker_delete_message", "remora_worker", "DELETE FROM message"},
      {"worker_truncate_message", "remora_worker", "TRUNCATE message"},
      {"reader_insert_dead_letter", "remora_reader", insert_dead_letter},
      {"reader_update_dead_letter", "remora_reader", "UPDATE dead_letter SET topic = 'x'"},
      {"reader_delete_dead_letter", "remora_reader", "DELETE FROM dead_letter"},
      {"reader_truncate_dead_letter", "remora_reader", "TRUNCATE dead_letter"},
      {"scores_select_dead_letter", "remora_scores", "SELECT * FROM dead_letter"},
      {"scores_insert_dead_letter", "remora_scores", insert_dead_letter},
      {"scores_update_dead_letter", "remora_scores", "UPDATE dead_letter SET topic = 'x'"},
      {"scores_delete_dead_letter", "remora_scores", "DELETE FROM dead_letter"},
      {"scores_truncate_dead_letter", "remora_scores", "TRUNCATE dead_letter"},
      {"worker_update_dead_letter", "remora_worker", "UPDATE dead_letter SET topic = 'x'"},
      {"worker_truncate_dead_letter", "remora_worker", "TRUNCATE dead_letter"},
  };
}

INSTANTIATE_TEST_SUITE_P(on_tables, forbidden, ::testing::ValuesIn(everything_forbidden()),
                         [](const auto& info) { return info.param.name; });

std::vector<statement> owners_business() {
  std::vector<statement> all;
  const std::pair<const char*, const char*> deeds[] = {
      {"create_table", "CREATE TABLE mine (a int)"},
      {"create_temporary_table", "CREATE TEMPORARY TABLE mine (a int)"},
      {"alter_table", "ALTER TABLE score ADD COLUMN a int"},
      {"drop_table", "DROP TABLE message"},
      {"create_index", "CREATE INDEX ON message (topic)"},
      {"drop_index", "DROP INDEX security_by_name"},
      {"create_extension", "CREATE EXTENSION hstore"},
      {"drop_extension", "DROP EXTENSION pg_trgm"},
      {"alter_extension", "ALTER EXTENSION pg_trgm UPDATE"},
      {"count_for_others", "SELECT nextval('dead_letter_number_seq')"},
      {"count_anew", "SELECT setval('dead_letter_number_seq', 1)"},
      {"create_trigger",
       "CREATE TRIGGER t BEFORE INSERT ON message EXECUTE FUNCTION "
       "suppress_redundant_updates_trigger()"},
      {"read_migrations", "SELECT * FROM schema_migration"},
      {"read_passwords", "SELECT * FROM pg_authid"},
      {"create_role", "CREATE ROLE another"},
      {"become_the_owner", "SET ROLE remora_owner"},
      {"create_schema", "CREATE SCHEMA mine"},
      {"read_files", "SELECT pg_read_file('/etc/passwd')"},
      {"run_programs", "COPY (SELECT 1) TO PROGRAM 'cat'"},
  };
  static std::vector<std::string> names;  // what the parameters point to
  names.reserve(std::size(deeds) * 3);
  for (const char* role : {"remora_reader", "remora_scores", "remora_worker"})
    for (const auto& [name, sql] : deeds) {
      names.push_back(std::string(role) + "_" + name);
      all.push_back({names.back().c_str(), role, sql});
    }
  return all;
}

INSTANTIATE_TEST_SUITE_P(of_the_owner, forbidden, ::testing::ValuesIn(owners_business()),
                         [](const auto& info) { return info.param.name; });

class schema : public tests::with_postgres {};

TEST_F(schema, is_applied_by_an_owner_who_is_no_superuser) {
  as_owner("DROP DATABASE IF EXISTS plain WITH (FORCE)");
  as_owner("DROP ROLE IF EXISTS plain_owner");
  as_owner("CREATE ROLE plain_owner LOGIN CREATEROLE PASSWORD 'plain'");
  as_owner("CREATE DATABASE plain OWNER plain_owner");
  {
    pqxx::connection owner(postgres->url("plain_owner", "plain", "plain"));
    EXPECT_EQ(api::apply_schema(owner, api::schema_files()).size(), api::schema_files().size());
    const api::seed_security sap{{"DE0007164600", "SAP", "DE", "Information Technology", "EUR"},
                                 "test"};
    EXPECT_EQ(api::load_securities(owner, {sap}), 1);
  }
  pqxx::connection reader(postgres->url("remora_reader", "remora_reader-password", "plain"));
  pqxx::nontransaction read(reader);
  EXPECT_EQ(read.exec1("SELECT count(*) FROM security WHERE lower(name) LIKE '%sap%'")[0].as<int>(),
            1);
}

TEST_F(schema, has_an_index_for_every_filter_of_the_list) {
  const auto usable = [](const char* condition) {
    pqxx::connection reader(url_of("remora_reader"));
    pqxx::work work(reader);
    work.exec("SET LOCAL enable_seqscan = off");
    work.exec("SET LOCAL enable_indexscan = off");  // of the primary key, which any list may walk
    std::string plan;
    for (const auto& row :
         work.exec(std::string("EXPLAIN SELECT isin FROM security WHERE ") + condition))
      plan += std::string(row[0].c_str()) + "\n";
    return plan;
  };
  EXPECT_NE(usable("country = 'DE' AND isin > ''").find("security_by_country"), std::string::npos);
  EXPECT_NE(usable("sector = 'x' AND isin > ''").find("security_by_sector"), std::string::npos);
  EXPECT_NE(usable("lower(name) LIKE '%bank%'").find("security_by_name"), std::string::npos);
}

TEST_F(schema, a_password_that_is_wrong_or_missing_lets_nobody_in) {
  EXPECT_THROW(pqxx::connection(postgres->url("remora_reader", "wrong")), pqxx::broken_connection);
}

TEST_F(schema, is_applied_once) {
  pqxx::connection owner(postgres->owner_url());
  EXPECT_TRUE(api::apply_schema(owner, api::schema_files()).empty());
}

TEST_F(schema, refuses_a_file_that_was_changed_after_it_was_applied) {
  pqxx::connection owner(postgres->owner_url());
  std::vector<api::schema_file> files(api::schema_files().begin(), api::schema_files().end());
  files[0].sql = "SELECT 1";
  EXPECT_THROW(api::apply_schema(owner, files), api::migration_error);
}

TEST_F(schema, refuses_a_database_from_a_later_version) {
  pqxx::connection owner(postgres->owner_url());
  EXPECT_THROW(api::apply_schema(owner, api::schema_files().first(1)), api::migration_error);
}

TEST_F(schema, loading_again_updates_facts_and_keeps_scores) {
  pqxx::connection owner(postgres->owner_url());
  const api::seed_security sap{{"DE0007164600", "SAP SE", "DE", "Information Technology", "EUR"},
                               "test"};
  pqxx::nontransaction(owner).exec("UPDATE score SET value = 1 WHERE isin = 'DE0007164600'");
  EXPECT_EQ(api::load_securities(owner, {sap}), 0);
  pqxx::nontransaction read(owner);
  const auto row = read.exec1(
      "SELECT name, value, illustrative FROM security JOIN score USING (isin)"
      " WHERE isin = 'DE0007164600'");
  EXPECT_STREQ(row[0].c_str(), "SAP SE");
  EXPECT_STREQ(row[1].c_str(), "1.00");
  EXPECT_TRUE(row[2].as<bool>());
}

TEST_F(schema, is_filled_up_to_a_number_with_generated_securities) {
  pqxx::connection owner(postgres->owner_url());
  const auto there =
      pqxx::nontransaction(owner).exec1("SELECT count(*) FROM security")[0].as<std::int64_t>();
  EXPECT_EQ(api::fill_securities(owner, there + 100), 100);
  EXPECT_EQ(api::fill_securities(owner, there + 100), 0);
  EXPECT_EQ(api::fill_securities(owner, there + 150), 50);
  pqxx::nontransaction read(owner);
  EXPECT_EQ(read.exec1("SELECT count(*) FROM security LEFT JOIN score USING (isin)"
                       " WHERE value IS NULL OR NOT illustrative")[0]
                .as<int>(),
            0);
}

}  // namespace
