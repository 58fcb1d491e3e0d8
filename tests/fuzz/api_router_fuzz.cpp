#include <optional>
#include <string>
#include <vector>

#include "api/http/router.hpp"
#include "core/http_client.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

struct known_route {
  const char* method;
  const char* path;
};
constexpr known_route known[] = {{"GET", "/v1/securities"},
                                 {"GET", "/v1/securities/{isin}"},
                                 {"GET", "/v1/securities/{isin}/score"},
                                 {"PUT", "/v1/securities/{isin}/score"},
                                 {"POST", "/v1/scores:batchGet"},
                                 {"POST", "/v1/messages"},
                                 {"GET", "/v1/messages/{transaction_id}"},
                                 {"POST", "/ingresar-datos"}};

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    out.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(out.back().size());
  }
  return out;
}

/// The values of a template's parameters in a path; nullopt when it does not fit.
std::optional<std::vector<std::string>> fit(std::string_view path_template, std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  const auto wanted = segments(path_template), given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::string text;
    if (!core::url_decode(given[i], false, text)) return std::nullopt;
    if (!wanted[i].starts_with('{')) {
      if (text != wanted[i]) return std::nullopt;
    } else if (text.empty()) {
      return std::nullopt;
    } else {
      values.push_back(text);
    }
  }
  return values;
}

void check(const api::router& router, std::string_view method, std::string_view path) {
  const auto found = router.match(method, path);
  bool path_is_known = false;
  for (const auto& r : known) {
    const auto values = fit(r.path, path);
    if (!values) continue;
    path_is_known = true;
    if (method != r.method && !(method == "HEAD" && std::string_view(r.method) == "GET")) continue;
    require(found.found && found.found->path_template == r.path && found.allow.empty());
    require(found.path_parameters.size() == values->size());
    for (std::size_t i = 0; i < values->size(); ++i)
      require(found.path_parameters[i].second == (*values)[i]);
    return;
  }
  require(!found.found && found.path_template.empty() == !path_is_known);
  require(found.allow.empty() == !path_is_known);
}

}  // namespace

/// Lines: a method, then paths. What a path leads to, by a plain comparison of its segments.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const api::router router = [] {
    api::router all;
    for (const auto& r : known) all.add(r.method, r.path, nullptr);
    return all;
  }();
  auto rest = fuzz::text_of(data, size);
  const auto method = fuzz::take_until(rest);
  while (!rest.empty()) {
    const auto path = fuzz::take_until(rest);
    check(router, method, path);
    check(router, "HEAD", path);
  }
  return 0;
}
