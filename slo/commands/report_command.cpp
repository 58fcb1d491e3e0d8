#include <iostream>

#include "core/file_io.hpp"
#include "slo/commands/arguments.hpp"
#include "slo/commands/ask_prometheus.hpp"
#include "slo/commands/commands.hpp"
#include "slo/report/report.hpp"
#include "slo/report/weekly.hpp"

namespace slo {

namespace {

struct question {
  std::vector<objective> objectives;
  std::vector<correction> corrections;
  collection wanted;
  bool histories = false;
  bool weekly = false;
};

using answered = collected_of<report>;

core::task<answered> ask(prometheus_client& client, const question& q) {
  auto seen = co_await collect(client, q.objectives, q.wanted);
  if (seen.has_error()) co_return seen.error();
  report_extras extras;
  auto corrected = co_await collect_corrections(client, q.objectives, *seen, q.corrections);
  if (corrected.has_error()) co_return corrected.error();
  extras.corrected = std::move(*corrected);
  if (q.histories) {
    auto past =
        co_await collect_histories(client, q.objectives, *seen, q.weekly ? 2 * week_millis : 0);
    if (past.has_error()) co_return past.error();
    extras.past = std::move(*past);
  }
  auto out = make_report(q.objectives, std::move(*seen), client.where().to_string(), q.wanted.at);
  out.weekly = q.weekly;
  complete(out, std::move(extras));
  co_return out;
}

answered ask_now(const core::base_url& where, const question& q) {
  std::optional<answered> out;
  const std::function<core::task<>(prometheus_client&)> body =
      [&](prometheus_client& client) -> core::task<> { out.emplace(co_await ask(client, q)); };
  ask_prometheus(where, body);
  return std::move(*out);
}

void write(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::cout << text;
  } else if (!core::replace_contents(path, text)) {
    throw usage_error(path + " cannot be written");
  }
}

}  // namespace

int report_command(const report_arguments& given) {
  return run_command([&] {
    const auto where = prometheus_argument(given.query.prometheus);
    const auto at = time_argument(given.query.at, "--at", now_millis());
    const auto window = window_argument(given.query.window);
    auto objectives = load(given.query.paths);
    auto corrections = load_corrections_of(given.query.paths, objectives);
    const bool histories = given.markdown || given.html || given.weekly;
    // The rules have the windows that they have; any other one is counted from raw samples.
    const question q{std::move(objectives),
                     std::move(corrections),
                     {!given.raw && !window, at, window},
                     histories,
                     given.weekly};
    const auto made = ask_now(where, q);
    if (made.has_error()) return unreachable(where, made.error());
    if (given.markdown) write(*given.markdown, report_markdown(*made));
    if (given.html) write(*given.html, report_html(*made));
    const bool said = given.markdown == "-" || given.html == "-";
    if (!said) std::cout << (given.query.json ? report_json(*made) + "\n" : report_table(*made));
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
