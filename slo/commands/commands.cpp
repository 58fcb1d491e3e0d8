#include "slo/commands/commands.hpp"

#include <charconv>
#include <chrono>
#include <exception>
#include <filesystem>
#include <iostream>

#include "core/command_line.hpp"
#include "core/config_reader.hpp"
#include "core/file_io.hpp"
#include "core/log.hpp"
#include "core/worker.hpp"
#include "slo/commands/time_text.hpp"
#include "slo/evidence/evidence_collector.hpp"
#include "slo/evidence/run_results.hpp"
#include "slo/gate/gate.hpp"
#include "slo/report/report.hpp"
#include "slo/rules/generator.hpp"

namespace slo {

namespace {

constexpr auto default_gate_window = std::chrono::minutes(10);

/// An argument that cannot be used; the message names it.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Files with problems; they have been written to standard error.
struct data_error {};

std::vector<objective> load(const std::vector<std::string>& paths) {
  core::problems found;
  auto objectives = load_objectives(paths, found);
  if (found.empty()) return objectives;
  std::cerr << found.to_string();
  throw data_error{};
}

unix_millis now_millis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

unix_millis time_argument(const std::optional<std::string>& text, const char* name,
                          unix_millis otherwise) {
  if (!text) return otherwise;
  if (const auto at = parse_time(*text)) return *at;
  throw usage_error(std::string(name) + " is no time: " + *text +
                    " (expected RFC 3339 or Unix seconds)");
}

std::optional<unix_millis> window_argument(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  core::duration window{};
  if (!core::parse_duration(*text, window) || window < std::chrono::seconds(1)) {
    throw usage_error("--window is no duration: " + *text + " (expected 10m, 1h, 7d)");
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(window).count();
}

double alpha_argument(const std::optional<std::string>& text) {
  if (!text) return gate_rules{}.alpha;
  double alpha = 0;
  const auto* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, alpha);
  if (parsed.ec == std::errc() && parsed.ptr == end && alpha > 0 && alpha <= 0.5) return alpha;
  throw usage_error("--alpha is out of range: " + *text + " (expected above 0, at most 0.5)");
}

gate_method method_argument(const std::string& text) {
  if (text == "sequence") return gate_method::sequence;
  if (text == "fixed") return gate_method::fixed;
  throw usage_error("--method is unknown: " + text + " (expected sequence or fixed)");
}

core::base_url prometheus_argument(const std::string& text) {
  core::base_url url;
  if (core::parse_base_url(text, url)) return url;
  throw usage_error("--prometheus is no URL: " + text + " (expected http://host:9090)");
}

using collected = boost::system::result<std::vector<evidence>, prometheus_failure>;

/// Runs the collection on a loop of its own, to its end.
core::task<> collect_into(core::worker& w, const core::base_url& where,
                          const std::vector<objective>& objectives, collection wanted,
                          std::optional<collected>& out, std::exception_ptr& failed) {
  try {
    prometheus_client client(w, where);
    out.emplace(co_await collect(client, objectives, wanted));
  } catch (...) {
    failed = std::current_exception();
  }
  w.stop();
}

collected collect_now(const core::base_url& where, const std::vector<objective>& objectives,
                      collection wanted) {
  core::logger log("remora-slo", core::log_level::warning);
  core::worker w(log);
  std::optional<collected> out;
  std::exception_ptr failed;
  w.start("collect", collect_into(w, where, objectives, wanted, out, failed));
  w.run();
  if (failed) std::rethrow_exception(failed);
  return std::move(*out);
}

int unreachable(const query_arguments& given, const prometheus_failure& why) {
  std::cerr << "remora-slo: Prometheus at " << given.prometheus << ": " << why.what << "\n";
  return core::exit_unavailable;
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

/// Runs a command and says what its arguments or files have wrong.
template <class Body>
int run(Body body) {
  try {
    return body();
  } catch (const usage_error& e) {
    std::cerr << "remora-slo: " << e.what() << "\n";
    return core::exit_usage;
  } catch (const data_error&) {
    return core::exit_data;
  }
}

}  // namespace

int validate_command(const std::vector<std::string>& paths) {
  return run([&] {
    const auto objectives = load(paths);
    for (const auto& path : paths) std::cout << path << ": ok\n";
    return static_cast<int>(core::exit_pass);
  });
}

int generate_command(const generate_arguments& given) {
  return run([&] {
    const auto objectives = load(given.paths);
    const generation_folders to{
        given.out, given.tests.value_or((std::filesystem::path(given.out) / "tests").string())};
    const auto generated = generate(objectives, to);
    write_generation(generated, to);
    for (const auto& file : generated.files) std::cout << file.path << "\n";
    for (const auto& note : generated.notes) std::cerr << "remora-slo: " << note << "\n";
    return static_cast<int>(core::exit_pass);
  });
}

int report_command(const report_arguments& given) {
  return run([&] {
    const auto where = prometheus_argument(given.query.prometheus);
    const auto at = time_argument(given.query.at, "--at", now_millis());
    const auto window = window_argument(given.query.window);
    const auto objectives = load(given.query.paths);
    // The rules have the windows that they have; any other one is counted from raw samples.
    auto seen = collect_now(where, objectives, {!given.raw && !window, at, window});
    if (seen.has_error()) return unreachable(given.query, seen.error());
    const auto made = make_report(objectives, std::move(*seen), where.to_string(), at);
    std::cout << (given.query.json ? report_json(made) + "\n" : report_table(made));
    return static_cast<int>(core::exit_pass);
  });
}

int gate_command(const gate_arguments& given) {
  return run([&] {
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
    if (seen.has_error()) return unreachable(given.query, seen.error());
    return say(decide(objectives, *seen, rules), given.query.json);
  });
}

}  // namespace slo
