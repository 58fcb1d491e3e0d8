#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// Which part of the work a replica has: replica `index` of `count`, the first is 0. The default is
/// all of it.
struct shard {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  /// Whether work with this key belongs to it. Every key belongs to exactly one index; when `count`
  /// grows from n to m, keys move to new replicas only, a share of (m-n)/m of them.
  bool owns(std::string_view key) const noexcept;
  friend bool operator==(const shard&, const shard&) = default;
};

/// What to say of an argument that is none.
inline constexpr const char* shard_usage =
    "--shard takes i/n with 0 <= i < n <= 10000, such as 0/3 for the first of three replicas";

/// Reads `i/n`; nullopt for anything but 0 <= i < n <= 10000.
std::optional<shard> parse_shard(std::string_view text);

/// The replica that a hash belongs to: jump consistent hash (Lamping and Veach, 2014). Pure, and
/// the same in every process and version.
std::uint32_t jump_hash(std::uint64_t key, std::uint32_t buckets) noexcept;

}  // namespace probe
