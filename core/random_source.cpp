#include "core/random_source.hpp"

#include <bit>
#include <cstring>
#include <random>

namespace core {
namespace {

/// splitmix64: spreads one word over a state that is never all zero, whatever the word.
std::uint64_t spread(std::uint64_t& word) noexcept {
  std::uint64_t z = word += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

random_source::random_source() : random_source(std::uint64_t{0}) {
  // All 256 bits from the operating system: 64 would let identifiers of a large fleet collide.
  std::random_device device;
  for (auto& word : state_) word ^= std::uint64_t{device()} << 32 | device();
}

random_source::random_source(std::uint64_t seed) noexcept {
  for (auto& word : state_) word = spread(seed);
}

std::uint64_t random_source::next() noexcept {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

void random_source::fill(std::span<std::uint8_t> out) noexcept {
  std::uint64_t word;
  for (; out.size() >= sizeof word; out = out.subspan(sizeof word)) {
    word = next();
    std::memcpy(out.data(), &word, sizeof word);
  }
  if (out.empty()) return;
  word = next();
  std::memcpy(out.data(), &word, out.size());
}

}  // namespace core
