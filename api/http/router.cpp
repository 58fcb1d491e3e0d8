#include "api/http/router.hpp"

#include "core/http_client.hpp"
#include "core/problem_details.hpp"

namespace api {
namespace {

// Takes the segment up to the next slash from `path`, which begins with one.
std::string_view next_segment(std::string_view& path) noexcept {
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool matches(std::string_view path_template, std::string_view path,
             std::vector<std::pair<std::string, std::string>>& parameters) {
  parameters.clear();
  while (path_template.starts_with('/') && path.starts_with('/')) {
    const auto expected = next_segment(path_template);
    std::string segment;
    if (!core::url_decode(next_segment(path), false, segment)) return false;
    if (expected.starts_with('{') && expected.ends_with('}')) {
      if (segment.empty()) return false;
      parameters.emplace_back(expected.substr(1, expected.size() - 2), std::move(segment));
    } else if (expected != segment) {
      return false;
    }
  }
  return path_template.empty() && path.empty();
}

void append_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow.append(", ");
  allow.append(method == "GET" ? "GET, HEAD" : method);
}

core::task<core::server_response> refuse(route_match matched) {
  if (matched.path_template.empty())
    co_return core::problem_response(404, "There is nothing at this path.");
  auto response = core::problem_response(
      405, "This path does not take that method, but " + matched.allow + ".");
  response.headers.emplace_back("Allow", matched.allow);
  co_return response;
}

}  // namespace

const std::string& api_request::path_parameter(std::string_view name) const noexcept {
  static const std::string none;
  for (const auto& [key, value] : path_parameters)
    if (key == name) return value;
  return none;
}

void router::add(std::string method, std::string path_template, route_handler handler) {
  routes_.push_back({std::move(method), std::move(path_template), std::move(handler)});
}

route_match router::match(std::string_view method, std::string_view path) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  route_match result;
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const route& r : routes_) {
    if (!matches(r.path_template, path, parameters)) continue;
    result.path_template = r.path_template;
    if (r.method == wanted) {
      result.found = &r;
      result.path_parameters = std::move(parameters);
      result.allow.clear();
      return result;
    }
    append_method(result.allow, r.method);
  }
  return result;
}

core::task<core::server_response> router::answer(route_match matched,
                                                 const core::server_request& request,
                                                 call_context call) {
  if (!matched.found) return refuse(std::move(matched));
  return matched.found->handler(
      {request, std::move(call), std::move(matched.path_parameters), std::string()});
}

}  // namespace api
