#include "core/problem_details.hpp"

namespace core {

server_response problem_response(int status, std::string_view detail, std::string_view pointer) {
  server_response response;
  response.status = status;
  response.content_type = "application/problem+json";
  std::string& body = response.body;
  body = R"({"type":"about:blank","title":)";
  append_json_string(body, reason_phrase(status));
  body += ",\"status\":" + std::to_string(status) + ",\"detail\":";
  append_json_string(body, detail);
  if (!pointer.empty()) {
    body += ",\"pointer\":";
    append_json_string(body, pointer);
  }
  body += '}';
  return response;
}

}  // namespace core
