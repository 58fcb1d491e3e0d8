#include <string>
#include <utility>
#include <vector>

#include "sidecar/proxy/route_learner.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
using namespace sidecar;

/// Pairs of lines: the path of a request, and the route that the application says handled it.
/// Whatever that is: templates are in our grammar and fit, the bounds hold, a path that was taught
/// without a conflict is found, and the list matches alike as a configured table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 8;
  auto rest = fuzz::text_of(data, size);
  route_learner learner(limit);
  std::vector<std::string_view> paths;
  while (!rest.empty() && paths.size() < 32) {
    const auto path = fuzz::take_until(rest);
    const auto said = fuzz::take_until(rest);
    paths.push_back(path);
    const auto got = to_template(said, path);
    require(got.route.empty() == (got.why != route_refusal::none));
    if (!got.route.empty()) {
      require(check_template(got.route).empty());
      route_table table;
      table.add(got.route, 0);
      require(table.match(0, path) == 0);
    }
    learner.learn(0, path, said);
    const auto found = learner.snapshot()->find(0, path);
    require((found.number == 0) == found.route.empty());
    if (!got.route.empty() && found.number != 0 && learner.refused(route_refusal::full) == 0 &&
        learner.refused(route_refusal::crowded) == 0)
      require(found.route == got.route);
  }
  const auto list = learner.list();
  require(list.size() <= limit);
  if (!learner.conflicts().empty()) return 0;
  route_table table;
  for (const auto& entry : list) table.add(entry.route, 0);
  for (const auto path : paths) {
    const int index = table.match(0, path);
    const auto found = learner.snapshot()->find(0, path);
    require(found.route == (index < 0 ? "" : list[static_cast<std::size_t>(index)].route));
  }
  return 0;
}
