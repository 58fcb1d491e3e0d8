#include "api/http/authorization.hpp"

#include "core/problem_details.hpp"

namespace api {
namespace {

core::task<core::server_response> refuse(int status, const char* detail, const char* challenge) {
  auto response = core::problem_response(status, detail);
  response.headers.emplace_back("WWW-Authenticate", challenge);
  co_return response;
}

std::string_view bearer_token(const core::server_request& request) {
  const auto value = request.header("authorization").value_or("");
  constexpr std::string_view scheme = "bearer ";
  if (value.size() <= scheme.size() || !core::iequals(value.substr(0, scheme.size()), scheme))
    return {};
  return value.substr(scheme.size());
}

}  // namespace

route_handler require_scope(const token_file& tokens, token_scope scope, route_handler handler) {
  return [&tokens, scope, handler = std::move(handler)](api_request request) {
    const auto token = bearer_token(request.http);
    if (token.empty()) return refuse(401, "This needs a bearer token.", "Bearer realm=\"remora\"");
    token_grant grant = tokens.find(token);
    if (!grant.known())
      return refuse(401, "This bearer token is not known.",
                    "Bearer realm=\"remora\", error=\"invalid_token\"");
    if (!grant.allows(scope))
      return refuse(403, "This bearer token lacks the scope that this needs.",
                    "Bearer realm=\"remora\", error=\"insufficient_scope\"");
    request.caller = grant.name();
    return handler(std::move(request));
  };
}

}  // namespace api
