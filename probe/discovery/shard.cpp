#include "probe/discovery/shard.hpp"

#include <charconv>

#include "probe/engine/schedule.hpp"

namespace probe {
namespace {

constexpr std::uint32_t most_replicas = 10'000;

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t out = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return out;
}

}  // namespace

std::uint32_t jump_hash(std::uint64_t key, std::uint32_t buckets) noexcept {
  std::int64_t bucket = -1, next = 0;
  while (next < static_cast<std::int64_t>(buckets)) {
    bucket = next;
    key = key * 2862933555777941757ull + 1;
    next = static_cast<std::int64_t>(
        static_cast<double>(bucket + 1) *
        (static_cast<double>(1ll << 31) / static_cast<double>((key >> 33) + 1)));
  }
  return static_cast<std::uint32_t>(bucket);
}

bool shard::owns(std::string_view key) const noexcept {
  return count == 1 || jump_hash(stable_hash(key), count) == index;
}

std::optional<shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = whole_number(text.substr(0, slash));
  const auto count = whole_number(text.substr(slash + 1));
  if (!index || !count || *index >= *count || *count > most_replicas) return std::nullopt;
  return shard{*index, *count};
}

}  // namespace probe
