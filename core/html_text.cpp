#include "core/html_text.hpp"

#include "core/utf8.hpp"

namespace core {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// What neither HTML nor XML 1.0 may contain (its production Char), though it is UTF-8.
bool is_forbidden(std::string_view sequence) noexcept {
  const auto c = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

void append_character(std::string& out, std::string_view sequence) {
  switch (sequence[0]) {
    case '&': out += "&amp;"; return;
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '"': out += "&quot;"; return;
    case '\'': out += "&#39;"; return;
    default: out += is_forbidden(sequence) ? replacement : sequence;
  }
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    if (length == 0)
      out += replacement;
    else
      append_character(out, text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace core
