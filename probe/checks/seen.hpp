#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/tls_facts.hpp"

namespace probe {

/// Whose rules an answer goes by, beside those of its status, headers and body.
enum class answer_kind : std::uint8_t { plain, dns, redis, postgres };

/// What one attempt saw of the answer, as expectations and extractions read it. A check whose
/// protocol has no status or headers leaves them out.
struct seen {
  answer_kind kind = answer_kind::plain;
  int status = 0;  ///< 0: there was no answer
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::uint64_t size = 0;      ///< of the body, decoded where it was compressed
  std::uint64_t raw_size = 0;  ///< of the body as it was sent
  bool legacy = false;         ///< answered in HTTP/1.0
  core::duration took{};       ///< from the first phase to the last byte
  /// Of the connection, or of the handshake that failed; null without TLS and when nobody asked.
  std::shared_ptr<const core::tls_facts> tls;
  std::int64_t unix_time = 0;  ///< when `tls` was read, in seconds

  /// The first header of that name, in any case.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  /// All headers of that name as one list, as RFC 9110 (5.3) has it; "" without any.
  std::string joined(std::string_view name) const;
  /// The body as JSON, parsed when first asked for; null when it is none.
  const boost::json::value* json() const;

 private:
  mutable bool parsed_ = false;
  mutable std::shared_ptr<const boost::json::value> json_;
};

/// A string as it is, numbers and booleans as JSON writes them; nullopt for the rest.
std::optional<std::string> scalar_text(const boost::json::value& value);
/// `string "pending"`, `number 3`, `array of 12`: for messages, cut to a bearable length.
std::string brief(const boost::json::value& value);
/// At most `limit` bytes of a text in quotes, control characters escaped.
std::string brief(std::string_view text, std::size_t limit = 80);

}  // namespace probe
