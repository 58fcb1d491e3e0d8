#include "probe/commands/setup.hpp"

#include <filesystem>
#include <stdexcept>

#include "core/tls_context.hpp"
#include "probe/replay/bundle_store.hpp"

namespace probe {

probe_setup make_setup(const probe_config& config) {
  probe_setup out;
  out.constants = {config.targets, config.secrets, {}};
  out.constants.prepare();
  if (config.signing) out.signing = core::signing_key{config.signing->key_id, config.signing->key};
  core::tls_files files;
  if (config.tls) files.ca = config.tls->ca;
  out.tls = core::tls_context::client(files);
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
  try {
    out.setup = std::make_shared<const probe_setup>(make_setup(config));
  } catch (const std::runtime_error& e) {
    found.add({config_path, 0, 0}, e.what());
    return out;
  }
  out.scenarios = load_scenarios(scenario_paths(config, config_path), out.setup->constants, found);
  return out;
}

}  // namespace probe
