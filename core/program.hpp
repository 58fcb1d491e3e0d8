#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config_check.hpp"
#include "core/exposition.hpp"
#include "core/program_config.hpp"
#include "core/readiness.hpp"
#include "core/span_exporter.hpp"
#include "core/span_sink.hpp"
#include "core/worker.hpp"

namespace core {

/// What every long-running program has, wired once: log, main worker, spans and their sender,
/// exposition, readiness, admin port, and the end. `main` builds one, hangs its parts on it in the
/// order they start and drain, and returns `run()`.
class program {
 public:
  /// `name` is the program's, `remora-sidecar`.
  program(std::string name, const program_config& config);
  ~program();

  // Open on purpose: the parts of a program are handed to its components by reference.
 private:
  std::string name_;
  address admin_address_;

 public:
  logger log;
  exemplar_book exemplars;
  span_sink spans;
  exposition metrics;
  readiness ready;
  std::unique_ptr<core::worker> worker;
  std::unique_ptr<core::admin> admin;
  std::unique_ptr<core::lifecycle> lifecycle;

  /// Opens the admin port, starts exporting spans, and runs until the drain is over: components'
  /// steps first, then the spans, the admin port last. The last log line balances the books. Gives
  /// the exit code; a port that cannot be had is said on standard error and gives 69.
  int run();

  /// Adds to the last log line: called once the drain is over.
  void on_stopped(std::function<std::vector<log_field>()> account) {
    accounts_.push_back(std::move(account));
  }

 private:
  void finish();
  std::unique_ptr<span_exporter> exporter_;
  std::vector<std::function<std::vector<log_field>()>> accounts_;
};

/// Reads a program's file as a `T` and runs `body(config)`; with `check_only`, or when the file has
/// problems, reports instead (`report_config`).
template <class T, class Body>
int with_config(const std::string& path, bool check_only, Body body) {
  problems found;
  const T config = load_config<T>(path, found);
  if (check_only || !found.empty()) return report_config(path, found);
  return body(config);
}

/// The /config page: the configuration in force, secrets masked.
template <class T>
http_handler config_page(const T& config) {
  return immediate([text = table_of<T>().show(&config) + "\n"](const server_request&) {
    return server_response{200, "application/yaml", {}, text};
  });
}

/// Runs `body` and turns an exception at start-up into a message on standard error and exit
/// code 69.
int guarded(const char* program, const std::function<int()>& body);

}  // namespace core
