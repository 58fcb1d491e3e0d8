#pragma once

#include <optional>
#include <string>

#include "api/config.hpp"

/// The roles of remora-api, each wired in a file of its own. They run until the process is told to
/// stop and give its exit code.
namespace api {

/// The public API: reads, and accepts messages.
int run_securities(const securities_config& config);
/// The internal scores API.
int run_scores(const scores_role_config& config);
/// Stores accepted messages.
int run_worker(const worker_config& config);

struct migrate_options {
  std::optional<std::string> seed;  ///< CSV of securities to load
  long securities = 0;              ///< fill up to so many with generated ones
  long wait_seconds = 0;            ///< for the database to answer at first
};
/// Brings schema, roles and data up to date, and returns.
int run_migrate(const migrate_config& config, const migrate_options& options);

struct dead_letter_options {
  enum class action { list, redrive };
  action what = action::list;
  std::optional<std::string> transaction_id;  ///< this one alone; none: all of them
};
/// Prints the messages that could not be stored, a JSON object a line, or makes them pending again.
int run_dead_letters(const worker_config& config, const dead_letter_options& options);

}  // namespace api
