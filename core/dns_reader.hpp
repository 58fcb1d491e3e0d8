#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace core {

/// Reads a DNS message (RFC 1035, 4) front to back; a read past its end makes it bad, and gives
/// zeros and empty texts from then on. The message outlives it.
class dns_reader {
 public:
  explicit dns_reader(std::span<const std::uint8_t> message) noexcept : message_(message) {}

  bool good() const noexcept { return good_; }
  std::size_t at() const noexcept { return at_; }
  std::size_t left() const noexcept { return good_ ? message_.size() - at_ : 0; }
  /// Makes it bad.
  void fail() noexcept { good_ = false; }

  std::uint8_t u8() noexcept;
  std::uint16_t u16() noexcept;
  std::uint32_t u32() noexcept;
  void skip(std::size_t n) noexcept;
  /// The next `n` bytes.
  std::span<const std::uint8_t> bytes(std::size_t n) noexcept;
  /// A string with its length in front (RFC 1035, 3.3).
  std::string_view character_string() noexcept;

  /// A domain name, its labels as they are, joined by dots; "" for the root. Pointers lead back
  /// only, which is what ends them.
  std::string name();
  /// The same as people write it (RFC 1035, 5.1): absolute, with the dot at its end, `.` for the
  /// root; what would be mistaken for something else is escaped.
  std::string name_text();

 private:
  template <class Append>
  void walk_name(Append append);
  bool has(std::size_t n) noexcept;

  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
  std::size_t lowest_ = 0;  // where the last pointer led to
  bool good_ = true;
};

/// Appends a byte as master files write it inside of a name or of a quoted text.
void append_dns_escaped(std::string& out, std::uint8_t byte, bool quoted);

}  // namespace core
