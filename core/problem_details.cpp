#include "core/problem_details.hpp"

namespace core {

namespace {

void append_member(std::string& body, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (body.back() != '{') body += ',';
  append_json_string(body, name);
  body += ':';
  append_json_string(body, value);
}

server_response unfinished_problem(int status, std::string_view detail, std::string_view pointer) {
  server_response response;
  response.status = status;
  response.content_type = "application/problem+json";
  std::string& body = response.body;
  body = R"({"type":"about:blank")";
  append_member(body, "title", reason_phrase(status));
  body += ",\"status\":" + std::to_string(status);
  append_member(body, "detail", detail);
  append_member(body, "pointer", pointer);
  return response;
}

}  // namespace

server_response problem_response(int status, std::string_view detail, std::string_view pointer) {
  auto response = unfinished_problem(status, detail, pointer);
  response.body += '}';
  return response;
}

server_response problem_response(int status, std::string_view detail,
                                 std::span<const problem_item> errors) {
  auto response = unfinished_problem(status, detail,
                                     errors.size() == 1 ? std::string_view(errors[0].pointer) : "");
  std::string& body = response.body;
  body += ",\"errors\":[";
  for (const problem_item& item : errors) {
    if (&item != errors.data()) body += ',';
    body += '{';
    append_member(body, "detail", item.detail);
    append_member(body, "pointer", item.pointer);
    append_member(body, "parameter", item.parameter);
    body += '}';
  }
  body += "]}";
  return response;
}

}  // namespace core
