#pragma once

#include <string_view>

#include "core/http_head.hpp"

namespace sidecar {

/// Whether an answer says of itself that it is stale: a `Warning` 110 (stale) or 111 (revalidation
/// failed) of RFC 7234, 5.5, or a member of `Cache-Status` (RFC 9211) with a negative `ttl`, which
/// is how a cache says that it served beyond the freshness lifetime. `fwd=stale` alone is not it:
/// there the cache had something stale and asked its origin. Pure; allocates nothing.
bool is_stale(const core::http_fields& fields) noexcept;

/// The same of one field's value; what is malformed says nothing.
bool warns_of_staleness(std::string_view warning) noexcept;
bool has_negative_ttl(std::string_view cache_status) noexcept;

}  // namespace sidecar
