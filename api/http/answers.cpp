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

core::server_response refused_json(const json_errors& errors) {
  if (errors.front().syntax)
    return core::problem_response(400, "The body " + errors.front().what + ".");
  std::vector<core::problem_item> items;
  for (const json_error& e : errors) {
    const std::string subject = e.pointer.empty() ? "The body " : "The member " + e.pointer + " ";
    items.push_back({subject + e.what + ".", e.pointer});
  }
  const std::string detail =
      items.size() == 1 ? items.front().detail
                        : std::to_string(items.size()) + " things are wrong with the body.";
  return core::problem_response(422, detail, items);
}

core::server_response no_isin() {
  return core::problem_response(404, "This is no valid ISIN: its form or check digit is wrong.");
}

bool has_json_body(const core::server_request& request) {
  const auto type = request.header("content-type").value_or("");
  auto essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ') || essence.ends_with('\t')) essence.remove_suffix(1);
  return core::iequals(essence, "application/json");
}

core::server_response wrong_content_type() {
  return core::problem_response(415, "The body must be application/json.");
}

}  // namespace api
