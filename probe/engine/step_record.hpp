#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "probe/checks/check.hpp"

namespace probe {

/// What a bundle needs of a step beyond its result. Nothing in it is masked: it must not be written
/// down as it is.
struct step_record {
  check_result last;          ///< the deciding attempt; its body cut to `probe_setup::record_body`
  std::size_t body_size = 0;  ///< of the whole body
  std::vector<std::string> uuids;  ///< that the attempt drew, in their order
};

/// What a repeated run takes over from the one it repeats.
struct replay_values {
  std::map<std::string, std::string> picked;    ///< variables that were picked at random
  std::vector<std::vector<std::string>> uuids;  ///< by step, as `step_record::uuids`
  pinned_addresses pinned;                      ///< empty: names are resolved
};

}  // namespace probe
