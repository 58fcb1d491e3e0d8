#include <cstdio>
#include <string>

#include "api/roles/roles.hpp"
#include "core/command_line.hpp"
#include "core/program.hpp"

namespace {

struct arguments {
  std::string config;
  bool check = false;
  api::migrate_options migrate;
  std::optional<long> securities, wait;
  std::vector<std::string> action;
  std::optional<std::string> transaction_id;
};

core::command_line::command& add_role(core::command_line& line, arguments& given, const char* name,
                                      const char* doc) {
  return line.subcommand(name, doc)
      .option("--config", given.config, "Configuration file.")
      .flag("--check-config", given.check, "Check the configuration file and exit.");
}

int dead_letters(const arguments& given) {
  using action = api::dead_letter_options::action;
  const std::string word = given.action.size() == 1 ? given.action.front() : "";
  if (word != "list" && word != "redrive") {
    std::fprintf(stderr, "remora-api dead-letters: say list or redrive\n");
    return core::exit_usage;
  }
  const api::dead_letter_options options{word == "list" ? action::list : action::redrive,
                                         given.transaction_id};
  return core::with_config<api::worker_config>(given.config, given.check,
                                               [&options](const api::worker_config& config) {
                                                 return api::run_dead_letters(config, options);
                                               });
}

int run(const std::string& role, const arguments& given) {
  if (role == "securities")
    return core::with_config<api::securities_config>(given.config, given.check,
                                                     api::run_securities);
  if (role == "scores")
    return core::with_config<api::scores_role_config>(given.config, given.check, api::run_scores);
  if (role == "worker")
    return core::with_config<api::worker_config>(given.config, given.check, api::run_worker);
  if (role == "dead-letters") return dead_letters(given);
  return core::with_config<api::migrate_config>(given.config, given.check,
                                                [&given](const api::migrate_config& config) {
                                                  return api::run_migrate(config, given.migrate);
                                                });
}

}  // namespace

int main(int argc, char** argv) {
  core::command_line line("remora-api", REMORA_VERSION,
                          "Securities and their ESG scores: the service that Remora watches.");
  arguments given;
  add_role(line, given, "securities", "The public API.");
  add_role(line, given, "scores", "The internal scores API.");
  add_role(line, given, "worker", "Stores accepted messages.");
  add_role(line, given, "migrate", "Brings schema, roles and data up to date, and exits.")
      .option("--seed", given.migrate.seed, "CSV of securities to load (api/data/securities.csv).")
      .option("--securities", given.securities,
              "Fill up to so many securities with generated ones.")
      .option("--wait", given.wait, "Seconds to wait for the database to answer at first.");
  add_role(line, given, "dead-letters", "Messages that could not be stored (worker's file).")
      .positional("ACTION", given.action, "list: a JSON object a line; redrive: store them again.")
      .option("--id", given.transaction_id, "This transaction alone.");
  if (auto code = line.parse(argc, argv)) return *code;
  given.migrate.securities = given.securities.value_or(0);
  given.migrate.wait_seconds = given.wait.value_or(0);
  if (given.config.empty()) {
    std::fprintf(stderr, "remora-api %s: give --config FILE\n", line.chosen().c_str());
    return core::exit_usage;
  }
  return core::guarded("remora-api", [&] { return run(line.chosen(), given); });
}
