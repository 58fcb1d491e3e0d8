#include "probe/replay/replayer.hpp"

#include <algorithm>

#include "core/worker.hpp"
#include "probe/format/scenario_reader.hpp"
#include "probe/replay/bundle_maker.hpp"

namespace probe {
namespace {

std::string variable_of(const std::string& secret) {
  std::string out = "REMORA_SECRET_";
  for (const char c : secret)
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return out;
}

bool is_masked(std::string_view text) {
  return text.find(masked) != std::string_view::npos;
}

/// Secrets from the environment where the configuration has none; what is still missing.
std::string add_secrets(const bundle& from, const core::environment& env, bindings& into) {
  std::string missing;
  for (const auto& name : from.secrets) {
    if (into.secrets.contains(name)) continue;
    if (const auto value = env(variable_of(name)); value && !value->empty())
      into.secrets[name] = core::secret(*value);
    else
      missing += (missing.empty() ? "" : ", ") + name + " (or " + variable_of(name) + ")";
  }
  return missing;
}

void add_targets(const bundle& from, bindings& into) {
  for (const auto& [name, text] : from.targets) {
    core::base_url url;
    if (core::parse_base_url(text, url)) into.targets.emplace(name, url);
  }
}

std::shared_ptr<const replay_values> values_of(const bundle& from, replay_addresses addresses) {
  auto out = std::make_shared<replay_values>();
  for (const auto& v : from.variables)
    if (v.picked && v.value) out->picked[v.name] = *v.value;
  for (const auto& step : from.steps) out->uuids.push_back(step.uuids);
  if (addresses == replay_addresses::pinned)
    for (const auto& [host, address] : from.addresses) out->pinned[host] = address;
  return out;
}

/// What the run drew at random and nobody may see again; "" for nothing.
std::string lost_values(const bundle& from) {
  for (const auto& v : from.variables)
    if (v.picked && (!v.value || is_masked(*v.value)))
      return "the variable " + v.name + " was picked at random, and its value is not written down";
  return {};
}

/// The scenario as discovery made it for the run's target.
std::shared_ptr<const scenario> about(const scenario& s, const bundle& from) {
  auto out = std::make_shared<scenario>(s);
  out->about.name = from.target;
  out->about.values.insert(from.endpoint.begin(), from.endpoint.end());
  return out;
}

std::shared_ptr<const scenario> scenario_of(const bundle& from, const bindings& constants,
                                            std::string& why) {
  core::problems found;
  const auto list = parse_scenarios(from.file, from.source, constants, found);
  if (!found.empty()) {
    why = "its scenario cannot be read here:\n" + found.to_string();
    return nullptr;
  }
  const auto one = std::find_if(list.begin(), list.end(),
                                [&](const auto& s) { return s->name == from.scenario; });
  if (one != list.end()) return about(**one, from);
  why = "it has no scenario \"" + from.scenario + "\"";
  return nullptr;
}

}  // namespace

std::optional<prepared_replay> prepare_replay(const bundle& from, const probe_setup& setup,
                                              replay_addresses addresses,
                                              const core::environment& env,
                                              replay_obstacle& obstacle) {
  const auto stop = [&](replay_obstacle::kind what, std::string why) {
    obstacle = {what, std::move(why)};
    return std::nullopt;
  };
  auto own = std::make_shared<probe_setup>(setup);
  add_targets(from, own->constants);
  if (auto missing = add_secrets(from, env, own->constants); !missing.empty())
    return stop(replay_obstacle::kind::missing, "secrets are missing: " + missing);
  if (auto lost = lost_values(from); !lost.empty())
    return stop(replay_obstacle::kind::missing, std::move(lost));
  if (is_masked(from.source))
    return stop(replay_obstacle::kind::missing,
                "the scenario's text had a secret written into it, which is masked");
  std::string why;
  auto what = scenario_of(from, own->constants, why);
  if (!what) return stop(replay_obstacle::kind::broken, std::move(why));
  return prepared_replay{std::move(what), std::move(own), values_of(from, addresses),
                         from.known_to_sidecar};
}

core::task<run_result> replay_once(core::worker& w, prepared_replay ready) {
  run_order order;
  order.scenario = std::move(ready.what);
  order.setup = std::move(ready.setup);
  order.intended = core::now();
  if (ready.known_to_sidecar) order.told_steps = ~std::uint64_t{0};
  order.replay = std::move(ready.values);
  co_return co_await run_once(w, std::move(order));
}

}  // namespace probe
