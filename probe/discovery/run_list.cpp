#include "probe/discovery/run_list.hpp"

namespace probe {
namespace {

std::map<std::string, endpoint> endpoints_of(const scenario& s,
                                             const std::vector<found_target>& found) {
  std::map<std::string, endpoint> out;
  for (const auto& target : found) {
    auto one = endpoint_of(target, s.targets->scheme);
    auto name = one.name;
    out.emplace(std::move(name), std::move(one));
  }
  return out;
}

/// Shares the steps; what says where targets come from is about all of them.
std::shared_ptr<const scenario> about(const scenario& s, endpoint what) {
  auto out = std::make_shared<scenario>(s);
  out->targets.reset();
  out->about = std::move(what);
  return out;
}

}  // namespace

run_list list_runs(const scenario_list& scenarios, const found_by_scenario& found,
                   const shard& part) {
  run_list out;
  for (const auto& s : scenarios) {
    if (!s->targets) {
      if (part.owns(s->key())) out.scenarios.push_back(s);
      continue;
    }
    auto& account = out.targets[s->name];
    const auto known = found.find(s->name);
    if (known == found.end()) continue;
    for (auto& [name, one] : endpoints_of(*s, known->second)) {
      if (account.active + account.elsewhere == static_cast<std::uint64_t>(s->targets->max)) {
        ++account.refused;
        continue;
      }
      auto run = about(*s, std::move(one));
      const bool ours = part.owns(run->key());
      ++(ours ? account.active : account.elsewhere);
      if (ours) out.scenarios.push_back(std::move(run));
    }
  }
  return out;
}

}  // namespace probe
