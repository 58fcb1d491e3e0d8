#pragma once

#include <string_view>

/// What servers need for answers that have an entity tag, or a second form in gzip.
namespace core {

/// Whether a value of If-None-Match (RFC 9110, 13.1.2: a list of entity tags, or `*`) names `etag`,
/// weakly compared. What is no such list names nothing.
bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

/// Whether a value of Accept-Encoding (RFC 9110, 12.5.3) allows gzip: by its name, or else by `*`,
/// with a weight above 0.
bool accepts_gzip(std::string_view accept_encoding) noexcept;

}  // namespace core
