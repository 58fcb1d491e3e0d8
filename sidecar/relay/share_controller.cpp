#include "sidecar/relay/share_controller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace sidecar {
namespace {

constexpr std::uint64_t whole = 1ULL << 56;
constexpr double memory_seconds = 30;

std::uint64_t big_endian(const std::uint8_t* bytes) noexcept {
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i) out = out << 8 | bytes[i];
  return out;
}

// The finisher of splitmix64: every bit of the result hangs on every bit of `x`.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

/// `rv:` among the `;`-separated fields of the member: exactly 14 lowercase hex digits.
std::optional<std::uint64_t> explicit_randomness(std::string_view member) noexcept {
  while (!member.empty()) {
    const auto end = member.find(';');
    const auto field = member.substr(0, end);
    member.remove_prefix(end == member.npos ? member.size() : end + 1);
    if (field.size() != 17 || !field.starts_with("rv:")) continue;
    const auto digits = field.substr(3);
    std::uint64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool lower = digits.find_first_of("ABCDEF") == digits.npos;
    if (read.ec == std::errc() && read.ptr == digits.data() + digits.size() && lower) return value;
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t randomness_of(const core::span_context& context,
                            const core::trace_state& state) noexcept {
  if (!state.empty())
    if (const auto member = state.get("ot"))
      if (const auto value = explicit_randomness(*member)) return *value;
  const auto low = big_endian(context.trace.bytes.data() + 8);
  if (context.flags & core::span_context::random_flag) return low & (whole - 1);
  return mixed(low ^ mixed(big_endian(context.trace.bytes.data()))) & (whole - 1);
}

std::string randomness_member(std::uint64_t randomness) {
  return fmt::format("rv:{:014x}", randomness & (whole - 1));
}

std::uint64_t sampling_threshold(double ratio) noexcept {
  if (!(ratio > 0)) return 0;
  if (ratio >= 1) return whole;
  return static_cast<std::uint64_t>(ratio * static_cast<double>(whole));
}

double share_controller::update(std::uint64_t candidates, core::duration over) noexcept {
  const double elapsed = core::seconds(over);
  if (elapsed <= 0 || (rate_ < 0 && candidates == 0)) return ratio_;
  const double seen = static_cast<double>(candidates) / elapsed;
  rate_ = rate_ < 0 ? seen : rate_ + (seen - rate_) * (1 - std::exp(-elapsed / memory_seconds));
  // Nothing to share out: the first that comes again is kept.
  ratio_ = rate_ > 0 ? std::min(1.0, target_ / rate_) : 1.0;
  return ratio_;
}

}  // namespace sidecar
