#include "probe/discovery/file_sd.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

/// Whatever a file says, its targets can be dialled, and what a run knows of one says so.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::problems found;
  const auto targets = probe::parse_file_sd("t.json", fuzz::text_of(data, size), found);
  for (const auto& target : targets) {
    require(!target.address.host.empty());
    const auto about = probe::endpoint_of(target, probe::endpoint_scheme::http);
    core::address again;
    require(core::parse_address(about.name, again) && again == target.address);
    require(about.values.at("address") == about.name);
    require(about.values.at("base").ends_with("://" + about.name));
  }
  return 0;
}
