#include <string>
#include <vector>

#include "sidecar/proxy/route.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// The segments of a path behind its first slash; a slash at the end begins none.
std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  for (path.remove_prefix(1); !path.empty();) out.push_back(fuzz::take_until(path, '/'));
  return out;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// Whether a path fits a template that was accepted, segment by segment.
bool fits(std::string_view route, std::string_view path) {
  if (!path.starts_with('/')) return false;
  const auto wanted = segments(route), given = segments(path);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return false;
    if (is_parameter(wanted[i]) && wanted[i].ends_with("...}")) return true;
    if (is_parameter(wanted[i]) ? given[i].empty() : given[i] != wanted[i]) return false;
  }
  return given.size() == wanted.size();
}

}  // namespace

/// Lines: a method, the path of a request, then route templates. The first that fits is found.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto method = fuzz::take_until(rest);
  const auto path = fuzz::take_until(rest);
  const auto index = sidecar::method_index(method);
  require(index < sidecar::method_count);
  require(index == sidecar::other_method || sidecar::method_label(index) == method);

  sidecar::route_table table;
  int expected = -1;
  while (!rest.empty() && table.size() < 16) {
    const auto route = fuzz::take_until(rest);
    if (!sidecar::check_template(route).empty()) continue;
    // Every other route is for GET alone.
    const bool get_only = table.size() % 2 == 1;
    table.add(route, get_only ? 1u << sidecar::method_index("GET") : 0);
    if (expected < 0 && fits(route, path) && (!get_only || method == "GET"))
      expected = static_cast<int>(table.size()) - 1;
  }
  require(table.match(index, path) == expected);
  return 0;
}
