#include <string>

#include "api/http/authorization.hpp"
#include "tests/fuzz/wire.hpp"

using fuzz::require;

namespace {

/// A file never grants more tokens than it has lines, and every line that says something else than
/// a token is a problem in its place.
void check_file(std::string_view text) {
  core::problems found;
  const auto tokens = api::token_file::parse("fuzz", text, found);
  std::size_t lines = 0, said = 0;
  for (auto rest = text; !rest.empty(); ++lines) {
    const auto line = fuzz::take_until(rest);
    const auto first = line.find_first_not_of(" \t\r");
    said += first != line.npos && line[first] != '#';
  }
  require(tokens.size() <= said);
  if (found.empty()) require(tokens.size() == said);
  for (const auto& p : found.list())
    require(p.line >= 1 && static_cast<std::size_t>(p.line) <= lines && !p.what.empty());
  // A digest is no token: whoever reads the file cannot use what stands in it.
  require(!tokens.find(text.substr(0, 64)).known());
}

core::task<> ask(api::route_handler handler, core::server_request request, int& status) {
  api::api_request asked{request, {}, {}, {}};
  const auto answer = co_await handler(std::move(asked));
  status = answer.status;
}

core::task<core::server_response> take(api::api_request request) {
  core::server_response out;
  out.status = 200;
  require(request.caller == "writer");
  co_return out;
}

/// Two tokens, which are the names of their scopes.
const api::token_file& tokens() {
  static const api::token_file all = [] {
    core::problems found;
    auto parsed = api::token_file::parse(
        "tokens",
        "10fd874b68dad080ed706762c8e163dabb20514bddae38fb159c56f714a3b143 write writer\n"
        "3316348dbadfb7b11c7c2ea235949419e23f9fa898ad2c198f999617912a9925 read reader\n",
        found);
    require(found.empty() && parsed.size() == 2);
    return parsed;
  }();
  return all;
}

/// The status that a request with this Authorization field gets from what needs the scope write.
int status_of(std::string_view value) {
  core::request_head head;
  head.fields.add({"Authorization", value});
  const core::server_request request{"POST", "/", "", head, "", {}, {}};
  int status = 0;
  auto& worker = fuzz::wire::worker();
  worker.start("ask",
               ask(api::require_scope(tokens(), api::token_scope::write, take), request, status));
  worker.io.restart();
  worker.io.poll();
  return status;
}

int expected_status(std::string_view value) {
  std::string scheme(value.substr(0, 7));
  for (char& c : scheme)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (scheme != "bearer ") return 401;
  const auto token = value.substr(7);
  return token == "write" ? 200 : token == "read" ? 403 : 401;
}

}  // namespace

/// The first line is an Authorization field, the rest a file of tokens.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto field = fuzz::take_until(rest);
  check_file(rest);
  require(status_of(field) == expected_status(field));
  return 0;
}
