#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/peer_names.hpp"

namespace sidecar {

/// Why a pattern of an allow-list cannot be used; "" when it can.
std::string check_peer_pattern(std::string_view pattern);

/// Whether a name in a verified certificate fits a pattern: `*` fits every name, `spiffe://td/ns/*`
/// what begins like it, anything else itself alone. URIs are compared byte by byte, DNS names
/// without regard to case; a pattern with `*` never fits a name of the other kind.
bool peer_fits(std::string_view pattern, std::string_view name) noexcept;

/// Who may call: a peer is admitted when any of its names fits any of the patterns. An empty list
/// says nothing about anybody.
class peer_allow_list {
 public:
  peer_allow_list() = default;
  explicit peer_allow_list(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  bool empty() const noexcept { return patterns_.empty(); }
  bool admits(core::peer_names names) const;

 private:
  std::vector<std::string> patterns_;
};

}  // namespace sidecar
