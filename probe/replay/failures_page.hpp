#pragma once

#include "core/http_server.hpp"
#include "probe/replay/bundle_store.hpp"

/// /failures: the bundles that are kept, for programs as JSON and for people as a page.
namespace probe {

/// `/failures?scenario=&where=&why=&outcome=failed|passed|all&limit=`: the list, newest first; HTML
/// when the request names text/html. 400 for a filter that cannot be.
core::server_response failures_list(const bundle_store& store, const core::server_request& request);

/// `/failures/ID`: one bundle as it is written, to be saved as a file; 404 when it is gone.
core::server_response failures_bundle(const bundle_store& store,
                                      const core::server_request& request);

/// The page of a list. Pure.
std::string failures_html(const std::vector<const bundle_entry*>& shown,
                          const bundle_filter& filter,
                          const std::map<std::string, std::vector<std::string>>& choices,
                          std::size_t kept);

}  // namespace probe
