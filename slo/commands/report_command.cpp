#include <iostream>

#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/commands.hpp"
#include "slo/report/report.hpp"

namespace slo {

int report_command(const report_arguments& given) {
  return run_command([&] {
    const auto where = prometheus_argument(given.query.prometheus);
    const auto at = time_argument(given.query.at, "--at", now_millis());
    const auto window = window_argument(given.query.window);
    const auto objectives = load(given.query.paths);
    // The rules have the windows that they have; any other one is counted from raw samples.
    auto seen = collect_now(where, objectives, {!given.raw && !window, at, window});
    if (seen.has_error()) return unreachable(where, seen.error());
    const auto made = make_report(objectives, std::move(*seen), where.to_string(), at);
    std::cout << (given.query.json ? report_json(made) + "\n" : report_table(made));
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
