#include "probe/commands/setup.hpp"

#include <filesystem>
#include <stdexcept>

#include "probe/replay/bundle_store.hpp"

namespace probe {
namespace {

/// The TLS settings that a step has of its own.
std::vector<std::pair<const tls_settings*, tls_use>> tls_of(const step& s) {
  std::vector<std::pair<const tls_settings*, tls_use>> out;
  if (s.http && s.http->tls) out.emplace_back(&*s.http->tls, tls_use::http);
  if (s.tcp && s.tcp->tls) out.emplace_back(&*s.tcp->tls, tls_use::other);
  if (s.tls && s.tls->tls) out.emplace_back(&*s.tls->tls, tls_use::other);
  return out;
}

}  // namespace

probe_setup make_setup(const probe_config& config) {
  probe_setup out;
  out.constants = {config.targets, config.secrets, {}};
  out.constants.prepare();
  if (config.signing) out.signing = core::signing_key{config.signing->key_id, config.signing->key};
  out.tls = tls_contexts(config.tls);
  for (const auto& [name, settings] : config.target_tls)
    if (const auto target = config.targets.find(name); target != config.targets.end())
      out.tls.set_target(target->second.authority, settings);
  out.tls.prepare_general();
  out.program_version = REMORA_VERSION;
  if (config.failures.keep_failures + config.failures.keep_successes > 0)
    out.record_body = bundle_store::recorded_body(config.failures);
  return out;
}

failures_config failures_of(const probe_config& config, const std::string& config_path) {
  auto out = config.failures;
  if (!out.folder.empty())
    out.folder = (std::filesystem::path(config_path).parent_path() / out.folder).string();
  return out;
}

std::vector<std::string> scenario_paths(const probe_config& config,
                                        const std::string& config_path) {
  const auto folder = std::filesystem::path(config_path).parent_path();
  std::vector<std::string> out;
  for (const auto& path : config.scenarios) out.push_back((folder / path).string());
  return out;
}

loaded load_all(const probe_config& config, const std::string& config_path, core::problems& found) {
  loaded out;
  std::shared_ptr<probe_setup> setup;
  try {
    setup = std::make_shared<probe_setup>(make_setup(config));
  } catch (const std::runtime_error& e) {
    found.add({config_path, 0, 0}, e.what());
    return out;
  }
  out.scenarios = load_scenarios(scenario_paths(config, config_path), setup->constants, found);
  if (found.empty())
    for (const auto& s : out.scenarios) prepare_tls(*s, *setup, found);
  out.setup = std::move(setup);
  return out;
}

void prepare_tls(const scenario& s, probe_setup& setup, core::problems& found) {
  for (std::size_t i = 0; i < s.step_count(); ++i) {
    const auto& step = s.at(i);
    try {
      for (const auto& [settings, use] : tls_of(step)) setup.tls.prepare(*settings, use);
    } catch (const std::runtime_error& e) {
      found.add({s.file, 0, 0}, "step " + step.name + ": " + e.what(),
                "PEM files that can be read");
    }
  }
}

}  // namespace probe
