#include <algorithm>

#include "core/exposition.hpp"
#include "core/trim.hpp"

namespace core {
namespace {

/// Takes what stands before the next `separator` off the front of `text`.
std::string_view next(std::string_view& text, char separator) noexcept {
  const auto end = std::min(text.find(separator), text.size());
  const std::string_view part = trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

/// A q value in thousandths (RFC 9110, 12.4.2); a malformed one counts as 0.
int parse_quality(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int value = (text[0] - '0') * 1000;
  int weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    value += (c - '0') * weight;
    weight /= 10;
  }
  return std::min(value, 1000);
}

/// One element of an Accept header.
struct media_range {
  std::string_view type;
  std::string_view version;  ///< "" for none
  int quality = 1000;        ///< thousandths

  explicit media_range(std::string_view element) noexcept : type(next(element, ';')) {
    while (!element.empty()) {
      std::string_view value = next(element, ';');
      const std::string_view name = next(value, '=');
      value = trim(value);
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      if (equal_ignoring_case(name, "q")) quality = parse_quality(value);
      if (equal_ignoring_case(name, "version")) version = value;
    }
  }

  bool wants(std::string_view media_type, std::string_view ours) const noexcept {
    return equal_ignoring_case(type, media_type) && (version.empty() || version == ours);
  }
};

}  // namespace

exposition_format negotiate_exposition(std::string_view accept) noexcept {
  int openmetrics = 0, text = 0, wildcard = 0;
  bool text_named = false;
  while (!accept.empty()) {
    const media_range range(next(accept, ','));
    if (range.wants("application/openmetrics-text", "1.0.0")) {
      openmetrics = std::max(openmetrics, range.quality);
    } else if (range.wants("text/plain", "0.0.4")) {
      text = std::max(text, range.quality);
      text_named = true;
    } else if (range.wants("text/*", "") || range.wants("*/*", "")) {
      wildcard = std::max(wildcard, range.quality);
    }
  }
  // A more specific range decides alone (RFC 9110, 12.5.1).
  if (!text_named) text = wildcard;
  return openmetrics > 0 && openmetrics >= text ? exposition_format::openmetrics
                                                : exposition_format::text;
}

}  // namespace core
