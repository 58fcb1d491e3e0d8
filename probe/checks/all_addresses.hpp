#pragma once

#include "core/config_types.hpp"
#include "core/ip_family.hpp"
#include "probe/checks/check.hpp"

namespace probe {

/// Runs a check against every address of `where`, one after the other; each has its share of the
/// time that is left, so that a dead one costs the others nothing. Gives the result that decides
/// the step: the first that is not as expected, else the last; its `about` names the address, its
/// `addresses` are all of them. `one` finds the address to dial in `fixed` of its context.
core::task<check_result> check_all_addresses(check_context& c, core::address where,
                                             core::ip_family family, check one);

}  // namespace probe
