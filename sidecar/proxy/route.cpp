#include "sidecar/proxy/route.hpp"

#include <algorithm>
#include <array>

namespace sidecar {
namespace {

constexpr std::array<std::string_view, method_count> labels = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "_OTHER"};

}  // namespace

std::uint8_t method_index(std::string_view method) noexcept {
  for (std::uint8_t i = 0; i < other_method; ++i)
    if (labels[i] == method) return i;
  return other_method;
}

std::string_view method_label(std::uint8_t index) noexcept {
  return labels[index];
}

std::string check_template(std::string_view text) {
  if (text.empty() || text.front() != '/') return "does not start with /";
  if (text.find_first_of("?#") != std::string_view::npos) return "has a query or a fragment";
  std::string_view rest = text.substr(1);
  while (!rest.empty()) {
    const auto segment = take_segment(rest);
    if (segment.empty()) return "has an empty segment";
    if (segment.find_first_of("{}") == std::string_view::npos) continue;
    if (kind_of_segment(segment) == segment_kind::literal ||
        segment.substr(1, segment.size() - 2).find_first_of("{}") != std::string_view::npos)
      return "has braces that do not enclose a whole segment";
    if (segment.ends_with("...}") && !rest.empty()) return "has segments after {…...}";
  }
  return {};
}

void route_table::add(std::string_view route, std::uint16_t methods) {
  const auto leaf = static_cast<std::size_t>(templates_.add(route));
  by_leaf_.resize(templates_.leaves());
  by_leaf_[leaf].push_back({static_cast<int>(size_++), methods});
}

int route_table::match(std::uint8_t method, std::string_view path) const noexcept {
  int first = -1;
  templates_.walk(path, [&](int leaf) {
    for (const entry& e : by_leaf_[static_cast<std::size_t>(leaf)]) {
      if (first >= 0 && e.index > first) break;
      if (e.methods != 0 && !(e.methods & (1u << method))) continue;
      first = e.index;
      break;
    }
    return false;
  });
  return first;
}

}  // namespace sidecar
