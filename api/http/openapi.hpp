#pragma once

#include <string>

#include "api/http/router.hpp"

/// What the API says of itself: openapi.json, embedded at build time, and a page that draws it.
/// Paths, methods, statuses and schemas of the document are held to the program by tests/service.
namespace api {

/// A text that is served as it is, with what HTTP says of it. Made once, at start-up.
struct fixed_document {
  std::string body;
  std::string content_type;
  std::string etag;              ///< strong, of the body
  core::header_list validators;  ///< headers of a 304, too
  core::header_list headers;     ///< the others, of a 200
};

/// The OpenAPI 3.1 document, with this program's version in it.
fixed_document openapi_document();

/// The page: one HTML text with style and script in it. Its Content-Security-Policy names both by
/// their SHA-256 and lets it talk to where it came from, and nowhere else.
fixed_document openapi_page();

/// `GET /openapi.json` and `GET /docs`: 200, or 304 to whoever has it already; 400 for any query.
/// They need nothing that could be gone.
void add_openapi_routes(router& routes);

}  // namespace api
