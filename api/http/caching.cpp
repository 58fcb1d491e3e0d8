#include "api/http/caching.hpp"

#include <algorithm>

#include "core/entity_tag.hpp"

namespace api {
namespace {

std::int64_t whole_seconds(core::duration d) noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(d).count();
}

std::string cache_status(const cacheable& what) {
  const std::string forwarded =
      what.was_known ? "remora-api; fwd=stale" : "remora-api; fwd=uri-miss";
  if (what.way == answered_by::sources) return forwarded + "; stored";
  if (what.way == answered_by::coalesced && !what.stale) return forwarded + "; collapsed";
  const auto left = what.fresh - what.age;
  const auto ttl = what.stale ? std::min<std::int64_t>(-1, whole_seconds(left))
                              : std::max<std::int64_t>(0, whole_seconds(left));
  return "remora-api; hit; ttl=" + std::to_string(ttl);
}

}  // namespace

core::server_response cached_answer(const cacheable& what, std::string_view if_none_match) {
  core::server_response response;
  const bool same = core::names_etag(if_none_match, what.etag);
  response.status = same ? 304 : 200;
  if (!same) response.body = what.body;
  auto& headers = response.headers;
  headers.reserve(6);
  headers.emplace_back("ETag", what.etag);
  headers.emplace_back("Cache-Control", "public, max-age=" + std::to_string(std::max<std::int64_t>(
                                                                 1, whole_seconds(what.fresh))));
  headers.emplace_back("Age", std::to_string(whole_seconds(what.age)));
  headers.emplace_back("Cache-Status", cache_status(what));
  if (what.stale) headers.emplace_back("Warning", "110 - \"Response is Stale\"");
  return response;
}

}  // namespace api
