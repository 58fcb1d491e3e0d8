#include "probe/discovery/found_target.hpp"

namespace probe {

endpoint endpoint_of(const found_target& target, endpoint_scheme scheme) {
  endpoint out;
  const std::string address = target.address.to_string();
  out.name = target.name.empty() ? address : target.name;
  for (const auto& [name, value] : target.labels)
    if (!name.starts_with("__")) out.values[name] = value;
  const auto said = target.labels.find("__scheme__");
  const bool known =
      said != target.labels.end() && (said->second == "http" || said->second == "https");
  const std::string usual = scheme == endpoint_scheme::https ? "https" : "http";
  out.values["address"] = address;
  out.values["host"] = target.address.host;
  out.values["port"] = std::to_string(target.address.port);
  out.values["base"] = (known ? said->second : usual) + "://" + address;
  return out;
}

}  // namespace probe
