#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http_head.hpp"

namespace sidecar {

/// What the first hop before us said about a request: Forwarded (RFC 7239, its first element), else
/// X-Forwarded-For, -Proto and -Host (the first of each). Only of use where the caller is trusted.
/// Views point into the fields; empty where nothing, or nothing readable, was said.
struct forwarded {
  std::string_view client;  ///< an address; without port and brackets
  std::string_view proto;
  std::string_view host;  ///< an authority
};
forwarded read_forwarded(const core::http_fields& fields) noexcept;

/// An authority's parts: `api.example:8080`, `[::1]:80` (the address without its brackets). The
/// port is nullopt when there is none or it is no number up to 65535.
struct authority {
  std::string_view host;
  std::optional<std::uint16_t> port;
};
authority split_authority(std::string_view text) noexcept;

}  // namespace sidecar
