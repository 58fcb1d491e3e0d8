#include "probe/checks/check.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "probe/checks/http_check.hpp"

namespace probe {
namespace {

/// All kinds: a new one is a file with its function, a member of `step`, and a row.
constexpr std::array kinds{
    check_kind{"http", [](const step& s) { return s.http.has_value(); }, check_http},
};

}  // namespace

const check_kind& check_of(const step& s) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const check_kind& kind) { return kind.is(s); });
  if (found == kinds.end()) throw std::logic_error("step " + s.name + " has no check");
  return *found;
}

}  // namespace probe
