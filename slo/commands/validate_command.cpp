#include <iostream>

#include "core/json_writer.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/commands.hpp"
#include "slo/commands/validation.hpp"
#include "slo/evidence/query_check.hpp"

namespace slo {

namespace {

profile profile_argument(const std::string& text) {
  if (text == "strict") return profile::strict;
  if (text == "lenient") return profile::lenient;
  throw usage_error("--profile is unknown: " + text + " (expected strict or lenient)");
}

/// Why Prometheus could not be asked; nullopt: it could.
std::optional<prometheus_failure> ask_for_queries(const core::base_url& where,
                                                  const std::vector<objective>& objectives,
                                                  reading& how) {
  std::optional<prometheus_failure> failed;
  const std::function<core::task<>(prometheus_client&)> body =
      [&](prometheus_client& client) -> core::task<> {
    failed = co_await check_queries(client, objectives, now_millis(), how);
  };
  ask_prometheus(where, body);
  return failed;
}

}  // namespace

int validate_command(const validate_arguments& given) {
  return run_command([&]() -> int {
    std::optional<core::base_url> where;
    if (given.prometheus) where = prometheus_argument(*given.prometheus);
    validation seen;
    reading how(profile_argument(given.profile), seen.found, seen.notes);
    const auto loaded = load_openslo(given.paths, how);
    if (where) {
      const auto failed = ask_for_queries(*where, loaded.objectives, how);
      if (failed) return unreachable(*where, *failed);
    }
    for (const auto& o : loaded.objectives) seen.objectives.push_back(o.id);
    if (seen.found.empty() && loaded.documents.slos.empty()) {
      seen.notes.add({given.paths.empty() ? std::string_view() : given.paths.front(), 0, 0},
                     "there is no SLO here");
    }
    if (given.json) {
      std::cout << validation_json(seen) << "\n";
    } else {
      std::cerr << seen.found.to_string() << notes_text(seen.notes);
      if (seen.found.empty()) {
        for (const auto& path : given.paths) std::cout << path << ": ok\n";
      }
    }
    return seen.found.empty() ? core::exit_pass : core::exit_data;
  });
}

}  // namespace slo
