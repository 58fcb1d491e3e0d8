#include "api/http/openapi.hpp"

#include <memory>
#include <stdexcept>

#include "api/http/openapi_assets.hpp"
#include "api/http/query.hpp"
#include "core/digest.hpp"
#include "core/entity_tag.hpp"

namespace api {
namespace {

// As Content-Security-Policy writes it.
std::string digest(std::string_view text) {
  return core::to_base64(core::sha256(text));
}

// `text` with the one `{{name}}` that it must have replaced.
std::string filled_in(std::string_view text, std::string_view name, std::string_view value) {
  const std::string place = "{{" + std::string(name) + "}}";
  const auto at = text.find(place);
  if (at == std::string_view::npos) throw std::logic_error("there is no " + place + " to fill in");
  std::string out(text.substr(0, at));
  return out.append(value).append(text.substr(at + place.size()));
}

fixed_document finished(std::string body, std::string_view content_type,
                        core::header_list headers) {
  const std::string etag = '"' + digest(body) + '"';
  // It changes with the program only, but nobody knows when that is.
  return {std::move(body),
          std::string(content_type),
          etag,
          {{"ETag", etag}, {"Cache-Control", "no-cache"}},
          std::move(headers)};
}

core::server_response served(const fixed_document& what, const core::server_request& request) {
  const query_reader query(request.query, {});
  if (!query.good()) return query.refusal();
  core::server_response response;
  response.content_type = what.content_type;
  response.headers = what.validators;
  if (core::names_etag(request.header("if-none-match").value_or(""), what.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.insert(response.headers.end(), what.headers.begin(), what.headers.end());
  response.body = what.body;
  return response;
}

core::task<core::server_response> ready(core::server_response response) {
  co_return response;
}

void serve(router& routes, const char* path, fixed_document what) {
  auto shared = std::make_shared<const fixed_document>(std::move(what));
  routes.add("GET", path,
             [shared](api_request request) { return ready(served(*shared, request.http)); });
}

}  // namespace

fixed_document openapi_document() {
  const auto asset = web::openapi_json();
  return finished(filled_in(asset.content, "version", REMORA_VERSION), asset.content_type, {});
}

fixed_document openapi_page() {
  const std::string_view style = web::openapi_page_css().content;
  std::string script;  // later parts use what earlier ones define
  for (const auto& part : {web::openapi_schema_js(), web::openapi_try_js(),
                           web::openapi_operation_js(), web::openapi_page_js()})
    script.append(part.content);
  const auto page = web::openapi_page_html();
  std::string body = filled_in(filled_in(page.content, "style", style), "script", script);
  return finished(std::move(body), page.content_type,
                  {{"Content-Security-Policy",
                    "default-src 'none'; script-src 'sha256-" + digest(script) +
                        "'; style-src 'sha256-" + digest(style) +
                        "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action "
                        "'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"}});
}

void add_openapi_routes(router& routes) {
  serve(routes, "/openapi.json", openapi_document());
  serve(routes, "/docs", openapi_page());
}

}  // namespace api
