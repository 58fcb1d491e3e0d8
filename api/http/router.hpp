#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call_context.hpp"
#include "core/http_server.hpp"

namespace api {

/// A request on its way to the handler of its route. What it refers to lives until it is answered.
struct api_request {
  const core::server_request& http;
  call_context call;
  std::vector<std::pair<std::string, std::string>> path_parameters;  ///< decoded
  std::string caller;  ///< name of the token that was presented, where one is needed; else ""

  /// The part of the path that stands for `{name}`; "" when the template has none.
  const std::string& path_parameter(std::string_view name) const noexcept;
};

using route_handler = std::function<core::task<core::server_response>(api_request)>;

/// A method and a path template, whose segments are literals or `{name}`: `/v1/securities/{isin}`.
struct route {
  std::string method;
  std::string path_template;
  route_handler handler;
};

/// What a request leads to: a route, or the methods that its path has, or nothing.
struct route_match {
  const route* found = nullptr;
  std::vector<std::pair<std::string, std::string>> path_parameters;
  std::string path_template;  ///< also when only the method is wrong; "" when the path is unknown
  std::string allow;          ///< for the Allow header, when only the method is wrong
};

/// The table of routes. A HEAD is answered by the GET of its path; OPTIONS and the rest of unknown
/// methods are 405.
class router {
 public:
  void add(std::string method, std::string path_template, route_handler handler);
  const std::vector<route>& routes() const noexcept { return routes_; }

  /// Pure. `path` is still percent-encoded; a segment whose encoding is malformed matches nothing.
  route_match match(std::string_view method, std::string_view path) const;

  /// The handler's answer, or the problem document for a path or method that is not there.
  static core::task<core::server_response> answer(route_match matched,
                                                  const core::server_request& request,
                                                  call_context call);

 private:
  std::vector<route> routes_;
};

}  // namespace api
