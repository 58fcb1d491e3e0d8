#include <cstdio>
#include <fstream>
#include <iterator>
#include <pqxx/pqxx>
#include <thread>

#include "api/postgres/schema.hpp"
#include "api/postgres/scram.hpp"
#include "api/postgres/seed.hpp"
#include "api/roles/roles.hpp"
#include "core/command_line.hpp"
#include "core/config_check.hpp"

namespace api {
namespace {

// Any number, as long as nobody else's: the first bytes of "remora".
constexpr const char* lock_statement = "SELECT pg_advisory_lock(x'72656d6f7261'::bigint)";

std::unique_ptr<pqxx::connection> connect(const std::string& url, long wait_seconds) {
  const auto until = core::deadline::in(std::chrono::seconds(wait_seconds), core::now());
  for (;;) {
    try {
      return std::make_unique<pqxx::connection>(url);
    } catch (const pqxx::broken_connection&) {
      if (until.passed(core::now())) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

void set_passwords(pqxx::connection& connection, const migrate_roles_config& roles) {
  const std::pair<const char*, const core::secret*> passwords[] = {
      {"remora_reader", &roles.reader},
      {"remora_scores", &roles.scores},
      {"remora_worker", &roles.worker}};
  pqxx::work work(connection);
  for (const auto& [role, password] : passwords)
    work.exec(std::string("ALTER ROLE ") + work.quote_name(role) + " PASSWORD " +
              work.quote(scram_verifier(password->reveal())));
  work.commit();
}

std::vector<seed_security> read_seed(const std::string& path, core::problems& found) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in) return parse_securities_csv(path, text, found);
  found.add({path, 0, 0}, "cannot be read", "a CSV file of securities");
  return {};
}

void seed(pqxx::connection& connection, const std::vector<seed_security>& securities) {
  const auto added = load_securities(connection, securities);
  std::printf("securities: %zu loaded, %lld of them new\n", securities.size(),
              static_cast<long long>(added));
}

int migrate(const migrate_config& config, const migrate_options& options) {
  core::problems found;
  std::vector<seed_security> securities;
  if (options.seed) securities = read_seed(*options.seed, found);
  if (!found.empty()) return core::report_config(*options.seed, found);

  const auto connection = connect(config.postgres.url.reveal(), options.wait_seconds);
  pqxx::nontransaction(*connection).exec(lock_statement);
  const auto applied = apply_schema(*connection, schema_files());
  for (const auto& name : applied) std::printf("applied %s\n", name.c_str());
  if (applied.empty()) std::printf("schema: nothing to apply\n");
  set_passwords(*connection, config.roles);
  std::printf("roles: passwords set\n");
  if (options.seed) seed(*connection, securities);
  if (options.securities > 0)
    std::printf("securities: %lld generated\n",
                static_cast<long long>(fill_securities(*connection, options.securities)));
  return core::exit_pass;
}

}  // namespace

int run_migrate(const migrate_config& config, const migrate_options& options) {
  try {
    return migrate(config, options);
  } catch (const migration_error& e) {
    std::fprintf(stderr, "remora-api migrate: %s\n", e.what());
  } catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "remora-api migrate: %s\n", e.what());
  } catch (const pqxx::sql_error& e) {
    std::fprintf(stderr, "remora-api migrate: PostgreSQL refuses: %s\n", e.what());
  }
  return core::exit_data;
}

}  // namespace api
