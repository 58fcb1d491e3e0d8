#include <unistd.h>

#include <fstream>
#include <iostream>

#include "core/file_io.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/gate_arguments.hpp"
#include "slo/gate/prometheus_gate.hpp"
#include "slo/gate/reports.hpp"
#include "slo/gate/run_gate.hpp"

namespace slo {

namespace {

/// Prometheus could not be asked; caught in `gate_command`.
struct no_answer {
  prometheus_failure why;
};

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

/// The answer to one question to Prometheus.
template <class T, class Question>
T answer_of(const core::base_url& where, Question question) {
  std::optional<asked<T>> out;
  const std::function<core::task<>(prometheus_client&)> body =
      [&](prometheus_client& client) -> core::task<> { out.emplace(co_await question(client)); };
  ask_prometheus(where, body);
  if (out->has_error()) throw no_answer{out->error()};
  return std::move(**out);
}

std::vector<evidence> ask_evidence(const core::base_url& where,
                                   const std::vector<objective>& objectives,
                                   const gate_window& window) {
  return answer_of<std::vector<evidence>>(
      where, [&](prometheus_client& client) { return gate_evidence(client, objectives, window); });
}

gate_result judge_prometheus(const gate_arguments& given, const gate_rules& rules,
                             const std::vector<objective>& objectives) {
  if (given.baseline) throw usage_error("--baseline is compared with --results: give that too");
  const auto where = prometheus_argument(given.query.prometheus);
  const auto windows = windows_argument(given);
  const auto seen = ask_evidence(where, objectives, windows.candidate);
  std::vector<evidence> baselines;
  if (windows.baseline) baselines = ask_evidence(where, objectives, *windows.baseline);
  auto decided = decide(objectives, seen, rules, baselines);
  const std::function<core::task<>(prometheus_client&)> traces = [&](prometheus_client& client) {
    return add_traces(client, decided, windows.candidate);
  };
  ask_prometheus(where, traces);
  return decided;
}

gate_result judge_results(const gate_arguments& given, const gate_rules& rules,
                          const std::vector<objective>& objectives) {
  if (given.query.window || given.query.at || given.since || given.selector || given.baseline_at ||
      given.baseline_selector)
    throw usage_error(
        "--results is a window of its own: no --window, --at, --since, --selector, "
        "--baseline-at, --baseline-selector");
  if (!given.query.prometheus.empty() && !given.freeze)
    throw usage_error("--results needs no --prometheus, but for --freeze");
  const auto results = read_results(*given.results);
  if (!given.baseline) return judge_run(objectives, results, rules);
  const auto baseline = read_results(*given.baseline);
  return judge_run(objectives, results, rules, &baseline);
}

void ask_freeze(const gate_arguments& given, const std::vector<objective>& objectives,
                std::optional<std::string> override_reason, gate_result& into) {
  const auto where = prometheus_argument(given.query.prometheus);
  const auto at = time_argument(given.query.at, "--at", now_millis());
  auto budgets = answer_of<std::vector<budget_state>>(
      where, [&](prometheus_client& client) { return read_budgets(client, objectives, at); });
  apply_freeze(into, {std::move(budgets), std::move(override_reason)});
}

std::string host_name() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return host;
}

/// False when there is a file to write and it could not be.
bool write(const std::optional<std::string>& file, const std::string& report) {
  if (!file) return true;
  std::ofstream out(*file, std::ios::binary);
  if (out << report << std::flush) return true;
  std::cerr << "remora-slo: cannot write " << *file << "\n";
  return false;
}

int say(const gate_result& decided, const gate_arguments& given) {
  const auto json = gate_json(decided) + "\n";
  const bool json_only = given.json && *given.json == bare_json;
  std::cout << (json_only ? json : gate_text(decided));
  // All are tried, also when one cannot be written.
  bool written = json_only || write(given.json, json);
  written &= write(given.junit, given.junit ? gate_junit(decided, host_name()) : "");
  written &= write(given.markdown, given.markdown ? gate_markdown(decided) : "");
  return written ? decided.exit_code() : static_cast<int>(core::exit_unavailable);
}

}  // namespace

int gate_command(const gate_arguments& given) {
  return run_command([&] {
    try {
      const auto rules = rules_argument(given);
      auto override_reason = override_argument(given);
      if (given.freeze && given.query.prometheus.empty())
        throw usage_error("--freeze asks for budgets: --prometheus is missing");
      const auto objectives = load(given.query.paths);
      auto decided = given.results ? judge_results(given, rules, objectives)
                                   : judge_prometheus(given, rules, objectives);
      if (given.freeze) ask_freeze(given, objectives, std::move(override_reason), decided);
      return say(decided, given);
    } catch (const no_answer& e) {
      return unreachable(prometheus_argument(given.query.prometheus), e.why);
    }
  });
}

}  // namespace slo
