#include "api/http/answers.hpp"

#include "core/problem_details.hpp"

namespace api {

core::server_response json_response(int status, std::string body) {
  core::server_response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

core::server_response unavailable(std::string_view detail) {
  auto response = core::problem_response(503, detail);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

core::server_response refused_json(const json_error& error) {
  if (error.syntax) return core::problem_response(400, "The body " + error.what + ".");
  const std::string subject =
      error.pointer.empty() ? "The body " : "The member " + error.pointer + " ";
  return core::problem_response(422, subject + error.what + ".", error.pointer);
}

bool has_json_body(const core::server_request& request) {
  const auto type = request.header("content-type").value_or("");
  auto essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ') || essence.ends_with('\t')) essence.remove_suffix(1);
  return core::iequals(essence, "application/json");
}

}  // namespace api
