#include "sidecar/proxy/route.hpp"

#include <algorithm>
#include <array>

namespace sidecar {
namespace {

constexpr std::array<std::string_view, method_count> labels = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "_OTHER"};

/// Takes the first segment off a path without its leading slash.
std::string_view take_segment(std::string_view& path) noexcept {
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), segment.size() + 1));
  return segment;
}

bool is_parameter(std::string_view segment) noexcept {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

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
    if (!is_parameter(segment) ||
        segment.substr(1, segment.size() - 2).find_first_of("{}") != std::string_view::npos)
      return "has braces that do not enclose a whole segment";
    if (segment.ends_with("...}") && !rest.empty()) return "has segments after {…...}";
  }
  return {};
}

void route_table::add(std::string_view route, std::uint16_t methods) {
  entry e;
  e.methods = methods;
  std::string_view rest = route.substr(1);
  while (!rest.empty()) {
    const auto text = take_segment(rest);
    const auto kind = !is_parameter(text)      ? segment::kind::literal
                      : text.ends_with("...}") ? segment::kind::rest
                                               : segment::kind::one;
    e.segments.push_back({std::string(text), kind});
  }
  routes_.push_back(std::move(e));
}

int route_table::match(std::uint8_t method, std::string_view path) const noexcept {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const entry& e = routes_[i];
    if (e.methods != 0 && !(e.methods & (1u << method))) continue;
    if (fits(e, path)) return static_cast<int>(i);
  }
  return -1;
}

bool route_table::fits(const entry& e, std::string_view path) noexcept {
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(1);
  for (const segment& s : e.segments) {
    if (path.empty()) return false;
    if (s.what == segment::kind::rest) return true;
    const auto found = take_segment(path);
    if (s.what == segment::kind::one ? found.empty() : found != s.text) return false;
  }
  return path.empty();
}

}  // namespace sidecar
