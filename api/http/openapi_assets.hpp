#pragma once

#include "core/web_asset.hpp"

/// The document and the parts of its page, embedded at build time.
namespace api::web {

core::web_asset openapi_json();
core::web_asset openapi_page_html();
core::web_asset openapi_page_css();
core::web_asset openapi_page_js();
core::web_asset openapi_operation_js();
core::web_asset openapi_schema_js();
core::web_asset openapi_try_js();

}  // namespace api::web
