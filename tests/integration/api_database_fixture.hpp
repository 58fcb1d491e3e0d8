#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <pqxx/pqxx>

#include "api/config.hpp"
#include "api/postgres/schema.hpp"
#include "api/postgres/scram.hpp"
#include "api/postgres/seed.hpp"
#include "tests/integration/private_servers.hpp"

namespace tests {

/// A database for the tests of a suite, with schema, roles and two securities; in one PostgreSQL
/// for all suites of the program.
class with_postgres : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!private_postgres::unavailable().empty()) return;
    if (postgres)
      make_database_anew();
    else
      postgres = std::make_unique<private_postgres>();
    pqxx::connection owner(postgres->owner_url());
    api::apply_schema(owner, api::schema_files());
    pqxx::work work(owner);
    for (const char* role : {"remora_reader", "remora_scores", "remora_worker"})
      work.exec(std::string("ALTER ROLE ") + role + " PASSWORD " +
                work.quote(api::scram_verifier(std::string(role) + "-password")));
    work.commit();
    api::load_securities(
        owner, {{{"US0378331005", "Apple Inc.", "US", "Information Technology", "USD"}, "test"},
                {{"DE0007164600", "SAP", "DE", "Information Technology", "EUR"}, "test"}});
  }

  void SetUp() override {
    if (const auto why = private_postgres::unavailable(); !why.empty()) GTEST_SKIP() << why;
  }

  static std::string url_of(const std::string& role) {
    return postgres->url(role, role + "-password");
  }
  static api::postgres_config config_of(const std::string& role, std::int64_t pool = 2) {
    return {core::secret(url_of(role)), pool};
  }
  /// What the owner does at a terminal.
  static pqxx::result as_owner(const std::string& sql) {
    pqxx::connection owner(postgres->owner_url());
    return pqxx::nontransaction(owner).exec(sql);
  }

  inline static std::unique_ptr<private_postgres> postgres;

 private:
  static void make_database_anew() {
    pqxx::connection owner(postgres->owner_url("postgres"));
    pqxx::nontransaction(owner).exec("DROP DATABASE remora WITH (FORCE)");
    pqxx::nontransaction(owner).exec("CREATE DATABASE remora");
  }
};

}  // namespace tests
