#include <chrono>
#include <iostream>

#include "core/file_io.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/commands.hpp"
#include "slo/evidence/run_results.hpp"
#include "slo/gate/gate.hpp"

namespace slo {

namespace {

constexpr auto default_gate_window = std::chrono::minutes(10);

double alpha_argument(const std::optional<std::string>& text) {
  if (!text) return gate_rules{}.alpha;
  const auto alpha = number_argument(*text);
  if (alpha && *alpha > 0 && *alpha <= 0.5) return *alpha;
  throw usage_error("--alpha is out of range: " + *text + " (expected above 0, at most 0.5)");
}

gate_method method_argument(const std::string& text) {
  if (text == "sequence") return gate_method::sequence;
  if (text == "fixed") return gate_method::fixed;
  throw usage_error("--method is unknown: " + text + " (expected sequence or fixed)");
}

int say(const gate_result& decided, bool json) {
  std::cout << (json ? gate_json(decided) + "\n" : gate_text(decided));
  return decided.exit_code();
}

run_results read_results(const std::string& path) {
  const auto text = core::contents(path);
  if (!text) {
    std::cerr << path << ": cannot be read\n";
    throw data_error{};
  }
  auto results = parse_run_results(*text);
  if (results.has_value()) return *std::move(results);
  std::cerr << path << ": " << results.error() << "\n";
  throw data_error{};
}

int judge_results(const gate_arguments& given, const gate_rules& rules) {
  if (!given.query.prometheus.empty() || given.query.window || given.query.at || given.since)
    throw usage_error("--results is a window of its own: no --prometheus, --window, --at, --since");
  const auto objectives = load(given.query.paths);
  const auto results = read_results(*given.results);
  std::vector<evidence> seen;
  for (const auto& o : objectives) seen.push_back(run_evidence(o, results));
  return say(decide(objectives, seen, rules), given.query.json);
}

}  // namespace

int gate_command(const gate_arguments& given) {
  return run_command([&] {
    const gate_rules rules{alpha_argument(given.alpha), method_argument(given.method)};
    if (given.results) return judge_results(given, rules);
    const auto where = prometheus_argument(given.query.prometheus);
    const auto at = time_argument(given.query.at, "--at", now_millis());
    if (given.since && given.query.window) {
      throw usage_error("--since and --window exclude each other");
    }
    const auto window = window_argument(given.query.window)
                            .value_or(std::chrono::milliseconds(default_gate_window).count());
    const auto from = time_argument(given.since, "--since", at - window);
    if (from >= at) throw usage_error("--since is not before the end of the window");
    const auto objectives = load(given.query.paths);
    auto seen = collect_now(where, objectives, {false, at, at - from});
    if (seen.has_error()) return unreachable(where, seen.error());
    return say(decide(objectives, *seen, rules), given.query.json);
  });
}

}  // namespace slo
