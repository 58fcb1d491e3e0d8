// The check `postgres` against a real one.
#include <optional>

#include "core/postgres_url.hpp"
#include "probe/checks/postgres_check.hpp"
#include "probe/checks/postgres_session.hpp"
#include "tests/integration/private_servers.hpp"
#include "tests/integration/probe_services_fixture.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using probe::phase;

class probe_postgres : public tests::with_runs {
 protected:
  static void SetUpTestSuite() {
    if (tests::private_postgres::unavailable().empty()) server_.emplace();
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (const auto why = tests::private_postgres::unavailable(); !why.empty()) GTEST_SKIP() << why;
    constants_.secrets["pg"] = core::secret("owner-password");
    url_ = server_->owner_url();
    url_.replace(url_.find("owner-password"), 14, "${secret.pg}");
  }
  static std::string check(const std::string& url, const std::string& query,
                           const std::string& parameters = "[]") {
    return "    postgres: {url: \"" + url + "\", query: \"" + query +
           "\", parameters: " + parameters + "}\n";
  }
  probe::run_result ask(const std::string& query, const std::string& rest = "",
                        const std::string& parameters = "[]") {
    return run_step(check(url_, query, parameters) + rest);
  }

  static std::optional<tests::private_postgres> server_;
  std::string url_;
};
std::optional<tests::private_postgres> probe_postgres::server_;

TEST_F(probe_postgres, runs_a_statement_and_times_its_phases) {
  const auto r = ask("SELECT 1 AS n", "    expect: {postgres: {rows: 1}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  const auto& step = r.steps.at(0);
  EXPECT_TRUE(step.phases[phase::connect] && step.phases[phase::wait]);
  EXPECT_EQ(step.url.find("remora_owner"), std::string::npos) << step.url;
  EXPECT_EQ(step.url.rfind("postgresql://", 0), 0u) << step.url;
}

TEST_F(probe_postgres, compares_rows_and_values) {
  struct row {
    const char* query;
    const char* expected;
    const char* detail;
  };
  const char* two = "SELECT n, 'v' || n AS v, NULL::text AS z FROM generate_series(1, 2) AS n";
  const row table[] = {
      {two, "{rows: 2, values: [{column: v, matches: ^v}, {column: z, is_null: true}]}", ""},
      {two, "{rows: 3}", "2 rows, expected 3"},
      {two, "{at_least: 3}", "2 rows, expected at least 3"},
      {two, "{at_most: 1}", "2 rows, expected at most 1"},
      {two, "{values: [{column: v, row: 1, equals: v2}]}", ""},
      {two, "{values: [{column: v, equals: v1}]}",
       R"(column v of row 1 is string "v2", expected "v1")"},
      {two, "{values: [{column: n, matches: ^1}]}",
       "column n of row 1 is number 2, expected a match of ^1"},
      {two, "{values: [{column: v, is_null: true}]}",
       R"(column v of row 0 is string "v1", expected null)"},
      {two, "{values: [{column: z, is_null: false}]}",
       "column z of row 0 is null, expected a value"},
      {two, "{values: [{column: x, equals: a}]}", "there is no column x"},
      {two, "{values: [{column: v, row: 2, equals: a}]}", "no row 2 to look for column v"},
      {"SELECT 1 WHERE false", "{values: [{column: v, equals: a}]}", "no row to look for column v"},
      {"SELECT 0.10::numeric AS n", "{values: [{column: n, equals: \"0.10\"}]}", ""},
      {"SELECT true AS b", "{values: [{column: b, equals: \"true\"}]}", ""},
  };
  for (const auto& one : table) {
    const auto r = ask(one.query, "    expect: {postgres: " + std::string(one.expected) + "}\n");
    EXPECT_EQ(detail_of(r), one.detail) << one.query << one.expected;
    EXPECT_EQ(verdict_of(r), *one.detail ? "dependency rows" : "passed") << one.query;
  }
}

TEST_F(probe_postgres, rows_are_json_for_pointers) {
  const auto r =
      ask("SELECT 7::bigint AS big, 0.5::float8 AS part, 'NaN'::float8 AS nan, "
          "'{\\\"a\\\":[1]}'::jsonb AS j",
          "    expect:\n      json:\n"
          "        - {pointer: /count, equals: 1}\n"
          "        - {pointer: /columns/3, equals: j}\n"
          "        - {pointer: /rows/0/big, equals: 7}\n"
          "        - {pointer: /rows/0/part, equals: 0.5}\n"
          "        - {pointer: /rows/0/nan, equals: \"NaN\"}\n"
          "        - {pointer: /rows/0/j/a/0, equals: 1}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
}

TEST_F(probe_postgres, values_go_in_as_parameters) {
  const auto r = run("  - name: first\n" + check(url_, "SELECT 'it''s; DROP' AS v") +
                     "    extract: {v: {json: /rows/0/v}}\n  - name: second\n" +
                     check(url_, "SELECT $1 AS v, $2::int + 1 AS n", "[\"${v}\", \"41\"]") +
                     "    expect: {postgres: {values: [{column: v, equals: \"${v}\"}, {column: n, "
                     "equals: \"42\"}]}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
}

TEST_F(probe_postgres, says_what_postgresql_refused_with_its_sqlstate) {
  auto r = ask("SELECT * FROM nothing");
  EXPECT_EQ(verdict_of(r), "dependency sql");
  EXPECT_EQ(detail_of(r), "SQLSTATE 42P01: relation \"nothing\" does not exist");
  r = ask("SELECT 1/0");
  EXPECT_EQ(detail_of(r), "SQLSTATE 22012: division by zero");
  r = ask("SELECT 1; SELECT 2");
  EXPECT_EQ(verdict_of(r), "dependency sql");
}

TEST_F(probe_postgres, a_wrong_password_is_told_and_not_shown) {
  constants_.secrets["pg"] = core::secret("p@ss/w%rd?'x");
  const auto r = ask("SELECT 1");
  EXPECT_EQ(verdict_of(r), "dependency sql");
  EXPECT_NE(detail_of(r).find("password authentication failed"), std::string::npos) << detail_of(r);
  EXPECT_EQ(detail_of(r).find("w%rd"), std::string::npos);
}

TEST_F(probe_postgres, a_statement_that_takes_too_long_ends_with_the_timeout) {
  const auto r = run_step(check(url_, "SELECT pg_sleep(30)"), "2s");
  EXPECT_EQ(verdict_of(r), "dependency timed_out") << detail_of(r);
  EXPECT_EQ(detail_of(r), "SQLSTATE 57014: canceling statement due to statement timeout");
  EXPECT_LT(r.steps.at(0).took(), std::chrono::seconds(20));
  // The server was told, and has stopped: nothing of ours is still at work there.
  const auto gone = run_step(
      check(url_,
            "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' "
            "AND pid <> pg_backend_pid() AND state = 'active'") +
      "    poll: {until: {postgres: {values: [{column: n, equals: \"0\"}]}}, at_most: 20s}\n");
  EXPECT_EQ(verdict_of(gone), "passed") << detail_of(gone);
}

TEST_F(probe_postgres, a_server_that_says_nothing_ends_with_the_timeout) {
  tests::raw_server silent(worker(), [](core::byte_stream& stream) -> core::task<> {
    co_await tests::read_all(stream);
  });
  const auto r =
      run_step(check("postgresql://u@" + silent.where().to_string() + "/d", "SELECT 1"), "100ms");
  EXPECT_EQ(verdict_of(r), "network timed_out") << detail_of(r);
}

TEST_F(probe_postgres, keywords_and_values_are_a_connection_string_too) {
  const auto at = url_.rfind(':') + 1;
  const std::string port = url_.substr(at, url_.find('/', at) - at);
  const std::string url =
      "host=127.0.0.1 port=" + port + " user=remora_owner password='${secret.pg}' dbname=remora";
  EXPECT_EQ(verdict_of(run_step(check(url, "SELECT 1"))), "passed");
  EXPECT_EQ(probe::shown_postgres_url(url), "host=127.0.0.1 port=" + port + " dbname=remora");
}

TEST_F(probe_postgres, says_where_a_connection_broke) {
  const tests::refusing_port nobody(worker());
  const auto at = "postgresql://u@" + nobody.where().to_string() + "/d";
  EXPECT_EQ(verdict_of(run_step(check(at, "SELECT 1"))), "edge refused");
  EXPECT_EQ(verdict_of(run_step(check("postgresql://u@nothing.invalid/d", "SELECT 1"))),
            "dns name_not_found");
  EXPECT_EQ(verdict_of(run_step(check("postgresql://u@127.0.0.1:x/d", "SELECT 1"))),
            "client request");
}

TEST(refused_connection, is_classified_by_what_libpq_says) {
  using probe::failure_reason;
  const auto why = [](const char* said) { return probe::refused_connection(said).why; };
  EXPECT_EQ(why("connection to server failed: timeout expired"), failure_reason::timed_out);
  EXPECT_EQ(why("server closed the connection unexpectedly"), failure_reason::closed);
  EXPECT_EQ(why("SSL error: certificate verify failed"), failure_reason::tls_certificate);
  EXPECT_EQ(why("server does not support SSL, but SSL was required"),
            failure_reason::tls_handshake);
  EXPECT_EQ(why("connection refused first\nFATAL:  the database system is starting up"),
            failure_reason::sql);
  EXPECT_EQ(why("something else"), failure_reason::unreachable);
}

TEST_F(probe_postgres, a_replay_connects_to_the_address_of_then) {
  const auto here = core::postgres_host(url_);
  EXPECT_EQ(ask("SELECT 1").steps.at(0).peer.substr(0, 10), "127.0.0.1:");
  url_.replace(url_.find(here), here.size(), "pg.nowhere.test");
  EXPECT_EQ(verdict_of(ask("SELECT 1")), "dns name_not_found");
  pinned_ = {{"pg.nowhere.test", "127.0.0.1"}};
  const auto r = ask("SELECT 1");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  EXPECT_EQ(r.steps.at(0).record->last.dialled, pinned_);
  EXPECT_EQ(r.steps.at(0).url.find("hostaddr"), std::string::npos) << r.steps.at(0).url;
}

}  // namespace
