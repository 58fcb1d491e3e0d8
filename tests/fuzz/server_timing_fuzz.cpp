#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probe/server_timing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const auto members = probe::parse_member_list(value);
  if (members.size() > 64) std::abort();
  for (const auto& member : members)
    if (member.name.empty() || member.parameters.size() > 16) std::abort();
  const auto timing = probe::server_timing::parse(value);
  for (const auto& entry : timing.entries())
    if (entry.took && *entry.took < core::duration{}) std::abort();
  if (probe::proxy_status::parse(value).has_value() == members.empty()) std::abort();
  return 0;
}
