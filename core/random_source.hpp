#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace core {

/// Fast random numbers for identifiers and sampling (xoshiro256**, seeded from the operating
/// system); one a worker, not thread-safe. Never for secrets: those come from OpenSSL.
class random_source {
 public:
  random_source();
  explicit random_source(std::uint64_t seed) noexcept;

  std::uint64_t next() noexcept;
  /// Uniform in [0, 1).
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  void fill(std::span<std::uint8_t> out) noexcept;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace core
