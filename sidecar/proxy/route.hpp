#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/proxy/route_trie.hpp"

namespace sidecar {

/// Methods as bounded label values; index `other_method` is `_OTHER` (OTel HTTP conventions).
inline constexpr std::uint8_t other_method = 9;
inline constexpr std::uint8_t method_count = 10;
std::uint8_t method_index(std::string_view method) noexcept;
std::string_view method_label(std::uint8_t index) noexcept;

/// Why a route template cannot be used; "" when it can.
std::string check_template(std::string_view text);

/// Route templates in the order of configuration; the first that fits wins, literal segments are
/// not preferred. Immutable after construction; `match` allocates nothing.
class route_table {
 public:
  /// `methods` is a bit mask of `method_index`; 0 means all.
  void add(std::string_view route, std::uint16_t methods);
  /// Index of the matching route, or -1. `path` is without the query, as it was sent.
  int match(std::uint8_t method, std::string_view path) const noexcept;
  std::size_t size() const noexcept { return size_; }

 private:
  struct entry {
    int index = 0;
    std::uint16_t methods = 0;
  };
  route_trie templates_;
  std::vector<std::vector<entry>> by_leaf_;  // routes of one template, in their order
  std::size_t size_ = 0;
};

}  // namespace sidecar
