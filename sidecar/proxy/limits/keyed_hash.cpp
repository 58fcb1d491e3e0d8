#include "sidecar/proxy/limits/keyed_hash.hpp"

#include <bit>
#include <cstring>
#include <random>

namespace sidecar {
namespace {

struct sip_state {
  std::uint64_t v0, v1, v2, v3;

  explicit sip_state(const hash_key& key) noexcept
      : v0(key.first ^ 0x736f6d6570736575ULL),
        v1(key.second ^ 0x646f72616e646f6dULL),
        v2(key.first ^ 0x6c7967656e657261ULL),
        v3(key.second ^ 0x7465646279746573ULL) {}

  void round() noexcept {
    v0 += v1, v1 = std::rotl(v1, 13), v1 ^= v0, v0 = std::rotl(v0, 32);
    v2 += v3, v3 = std::rotl(v3, 16), v3 ^= v2;
    v0 += v3, v3 = std::rotl(v3, 21), v3 ^= v0;
    v2 += v1, v1 = std::rotl(v1, 17), v1 ^= v2, v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t finish() noexcept {
    v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

/// Little-endian, as all machines that this is built for.
std::uint64_t load(const char* from, std::size_t bytes) noexcept {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}

}  // namespace

hash_key hash_key::random() {
  std::random_device source;
  const auto word = [&] { return std::uint64_t{source()} << 32 | source(); };
  hash_key out;
  out.first = word();
  out.second = word();
  return out;
}

std::uint64_t keyed_hash(const hash_key& key, std::string_view text) noexcept {
  sip_state state(key);
  const std::uint64_t length = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) state.absorb(load(text.data(), 8));
  state.absorb(load(text.data(), text.size()) | length << 56);
  return state.finish();
}

}  // namespace sidecar
