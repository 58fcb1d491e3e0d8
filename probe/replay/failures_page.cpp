#include "probe/replay/failures_page.hpp"

#include <algorithm>
#include <charconv>

#include "core/problem_details.hpp"

namespace probe {
namespace {

core::server_response answer(std::string type, std::string body) {
  core::server_response out;
  out.content_type = std::move(type);
  // The page has no script, and needs nothing from anywhere else.
  out.headers = {{"Cache-Control", "no-store"},
                 {"Vary", "Accept"},
                 {"Content-Security-Policy",
                  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                  "form-action 'self'; frame-ancestors 'none'"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Referrer-Policy", "no-referrer"}};
  out.body = std::move(body);
  return out;
}

/// Browsers name text/html when somebody opens an address, and programs do not.
bool wants_page(const core::server_request& request) {
  return request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

/// What is wrong with the query; "" for nothing.
std::string read_filter(const core::server_request& request, bundle_filter& into) {
  into.scenario = request.parameter("scenario").value_or("");
  into.where = request.parameter("where").value_or("");
  into.why = request.parameter("why").value_or("");
  if (const auto outcome = request.parameter("outcome"); outcome && !outcome->empty())
    into.outcome = *outcome;
  if (into.outcome != "failed" && into.outcome != "passed" && into.outcome != "all")
    return "outcome is failed, passed or all";
  const auto limit = request.parameter("limit");
  if (!limit || limit->empty()) return {};
  const auto* end = limit->data() + limit->size();
  const auto read = std::from_chars(limit->data(), end, into.limit);
  if (read.ec != std::errc() || read.ptr != end || into.limit == 0 || into.limit > 1000)
    return "limit is a number from 1 to 1000";
  return {};
}

}  // namespace

core::server_response failures_list(const bundle_store& store,
                                    const core::server_request& request) {
  bundle_filter filter;
  if (const auto wrong = read_filter(request, filter); !wrong.empty())
    return core::problem_response(400, wrong);
  const auto shown = store.list(filter);
  if (wants_page(request))
    return answer("text/html; charset=utf-8",
                  failures_html(shown, filter, store.choices(), store.size()));
  std::string list;
  for (const auto* e : shown) list += (list.empty() ? "\n" : ",\n") + e->json;
  return answer("application/json", "{\"failures\":[" + list + "]}\n");
}

core::server_response failures_bundle(const bundle_store& store,
                                      const core::server_request& request) {
  constexpr std::string_view prefix = "/failures/";
  const std::string id(request.path.substr(std::min(request.path.size(), prefix.size())));
  auto text = store.read(id);
  if (!text) return core::problem_response(404, "there is no bundle of that id, or it is gone");
  auto out = answer("application/json", *std::move(text));
  out.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + id + ".json\"");
  return out;
}

}  // namespace probe
