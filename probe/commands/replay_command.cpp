#include "probe/commands/replay_command.hpp"

#include <cstdio>
#include <exception>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "core/file_io.hpp"
#include "core/log.hpp"
#include "core/program.hpp"
#include "core/worker.hpp"
#include "probe/commands/run_arguments.hpp"
#include "probe/commands/setup.hpp"
#include "probe/replay/bundle_diff.hpp"
#include "probe/replay/bundle_store.hpp"
#include "probe/replay/replayer.hpp"

namespace probe {
namespace {

int complain(int code, const std::string& what) {
  std::fprintf(stderr, "remora-probe: %s\n", what.c_str());
  return code;
}

std::optional<bundle> read_bundle(const std::string& path) {
  const auto text = core::contents(path);
  std::string wrong = "it cannot be read";
  auto out = text ? parse_bundle(*text, wrong) : std::nullopt;
  if (!out) std::fprintf(stderr, "%s: %s\n", path.c_str(), wrong.c_str());
  return out;
}

/// What may be shown of the repetition is what the bundle shows of the first run.
failures_config rules_like(const bundle& then, failures_config rules) {
  const auto allow = [&](const named_texts& headers) {
    for (const auto& [name, value] : headers)
      if (value != redacted) rules.headers.push_back(name);
  };
  bool bodies = false;
  for (const auto& step : then.steps) {
    allow(step.headers);
    allow(step.request_headers);
    bodies = bodies || step.body.text || step.request_body.text;
  }
  if (bodies) rules.bodies = {"*"};
  return rules;
}

core::task<> run_into(core::worker& w, prepared_replay ready, std::optional<run_result>& out,
                      std::exception_ptr& failed) {
  try {
    out.emplace(co_await replay_once(w, std::move(ready)));
  } catch (...) {
    failed = std::current_exception();
  }
  w.stop();
}

bundle run_now(const bundle& then, prepared_replay ready, const failures_config& rules) {
  core::logger log("probe", core::log_level::error);
  core::worker w(log);
  std::optional<run_result> result;
  std::exception_ptr failed;
  w.start("replay", run_into(w, std::move(ready), result, failed));
  w.run();
  if (failed) std::rethrow_exception(failed);
  return make_bundle(*result, rules_like(then, rules), w.wall);
}

int show(const bundle_diff& d, bool json) {
  std::fputs((json ? diff_json(d) : diff_text(d)).c_str(), stdout);
  return d.now.failed ? core::exit_fail : core::exit_pass;
}

}  // namespace

int replay(const replay_arguments& given) {
  if (given.files.size() != 1) return complain(core::exit_usage, "replay takes one bundle");
  if (given.address != "pinned" && given.address != "fresh")
    return complain(core::exit_usage, "--address is pinned or fresh");
  probe_config config;
  core::problems found;
  if (given.config) config = core::load_config<probe_config>(*given.config, found);
  if (!found.empty()) return core::report_config(*given.config, found);
  config.targets.clear();
  if (const auto wrong = read_targets(given.targets, config); !wrong.empty())
    return complain(core::exit_usage, wrong);
  const auto then = read_bundle(given.files.front());
  if (!then) return core::exit_data;

  return core::guarded("remora-probe", [&] {
    auto setup = make_setup(config);
    config.failures.bodies = {"*"};
    setup.record_body = bundle_store::recorded_body(config.failures);
    const auto addresses =
        given.address == "pinned" ? replay_addresses::pinned : replay_addresses::fresh;
    replay_obstacle obstacle;
    auto ready = prepare_replay(*then, setup, addresses, core::process_environment(), obstacle);
    if (!ready)
      return complain(obstacle.what == replay_obstacle::kind::missing ? core::exit_inconclusive
                                                                      : core::exit_data,
                      "cannot repeat it: " + obstacle.why);
    config.failures.bodies.clear();
    return show(compare_bundles(*then, run_now(*then, *std::move(ready), config.failures)),
                given.json);
  });
}

}  // namespace probe
