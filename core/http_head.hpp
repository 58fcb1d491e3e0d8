#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/field_name.hpp"

namespace core {

/// A header field as it came; views into the buffer it was parsed from.
struct http_field {
  std::string_view name;
  std::string_view value;
  field_name known = field_name::other;  ///< set by `http_fields::add`
};

/// The same for texts of one length.
bool iequals_letters(const char* a, const char* b, std::size_t size) noexcept;
/// ASCII case-insensitive equality of header names and tokens; most differ in length or in the
/// first letter already.
inline bool iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  return a.empty() ||
         (((a[0] ^ b[0]) & ~0x20) == 0 && iequals_letters(a.data(), b.data(), a.size()));
}

/// The fields of a head, in order; bounded, no allocation.
class http_fields {
 public:
  static constexpr std::size_t capacity = 96;

  bool add(http_field f) noexcept {
    if (count_ == capacity) return false;
    f.known = field_named(f.name);
    known_ |= bit_of(f.known);
    fields_[count_++] = f;
    return true;
  }
  void clear() noexcept {
    count_ = 0;
    known_ = 0;
  }
  std::span<const http_field> all() const noexcept { return {fields_.data(), count_}; }
  bool has(field_name name) const noexcept { return (known_ & bit_of(name)) != 0; }
  /// The first field of that name.
  std::optional<std::string_view> find(field_name name) const noexcept {
    if (!has(name)) return std::nullopt;
    for (const auto& f : all())
      if (f.known == name) return f.value;
    return std::nullopt;
  }
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// How many fields of that name there are.
  std::size_t count(std::string_view name) const noexcept;
  std::size_t count(field_name name) const noexcept;

 private:
  static constexpr std::uint64_t bit_of(field_name name) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(name);
  }
  std::array<http_field, capacity> fields_;
  std::size_t count_ = 0;
  std::uint64_t known_ = 0;  // which known names there are, a bit each
};

/// A request's head as a value that knows no HTTP version, so that HTTP/2 can come; `legacy` keeps
/// the one fact of HTTP/1 that framing needs (a 1.0 message).
struct request_head {
  std::string_view method;
  std::string_view target;
  bool legacy = false;  ///< HTTP/1.0
  http_fields fields;

  /// `target` without the query (origin-form) and the query without its `?`.
  std::string_view path() const noexcept { return target.substr(0, target.find('?')); }
  std::string_view query() const noexcept {
    const auto at = target.find('?');
    return at == std::string_view::npos ? std::string_view() : target.substr(at + 1);
  }
};

struct response_head {
  int status = 0;
  std::string_view reason;
  bool legacy = false;
  http_fields fields;
};

/// Why a head is refused; label values of metrics (`to_label`).
enum class head_error {
  none,
  too_large,  ///< longer than the limit without an end
  too_many_fields,
  bare_line_feed,  ///< LF without CR, or CR without LF
  null_byte,
  folded_line,  ///< obs-fold
  space_before_colon,
  bad_start_line,  ///< or not HTTP at all, said at the first byte
  bad_target,      ///< none of the forms of RFC 9112, 3.2; a `#`, a byte beyond ASCII
  bad_field,       ///< a name that is no token, a control character in a value
  bad_version,
};
const char* to_label(head_error e) noexcept;

/// Outcome of looking for a head at the start of a buffer.
struct head_parse {
  enum class state { need_more, complete, bad } state = state::need_more;
  std::size_t size = 0;  ///< bytes of the head, when complete
  head_error error = head_error::none;
};

/// Parses a request's head at the start of `bytes` (leading empty lines are skipped as RFC 9112,
/// 2.2 allows). The usual head takes the short way of plain_head.hpp. Views in `out` point into
/// `bytes`. No allocation, no I/O.
head_parse parse_request_head(std::string_view bytes, std::size_t limit,
                              request_head& out) noexcept;
head_parse parse_response_head(std::string_view bytes, std::size_t limit,
                               response_head& out) noexcept;

/// The same without the short way, and several times as dear: stricter than Beast's parser, which
/// runs after a scan of the raw bytes.
head_parse judge_request_head(std::string_view bytes, std::size_t limit,
                              request_head& out) noexcept;
head_parse judge_response_head(std::string_view bytes, std::size_t limit,
                               response_head& out) noexcept;

}  // namespace core
