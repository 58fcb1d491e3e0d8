#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  std::size_t size() const noexcept { return routes_.size(); }

 private:
  struct segment {
    std::string text;
    enum class kind : std::uint8_t { literal, one, rest } what = kind::literal;
  };
  struct entry {
    std::vector<segment> segments;
    std::uint16_t methods = 0;
  };
  static bool fits(const entry& e, std::string_view path) noexcept;
  std::vector<entry> routes_;
};

}  // namespace sidecar
