#include "core/entity_tag.hpp"

#include <algorithm>
#include <optional>

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

bool is_gzip(std::string_view coding) noexcept {
  constexpr std::string_view name = "gzip";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(coding.begin(), coding.end(), name.begin(), name.end(),
                    [lower](char a, char b) { return lower(a) == b; });
}

/// Whether `;q=…` leaves anything: a weight has a digit other than 0, and none at all is 1.
bool has_weight(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    auto value = next(parameters, ';');
    const auto name = next(value, '=');
    if (name == "q" || name == "Q") return value.find_first_of("123456789") != value.npos;
  }
  return true;
}

}  // namespace

bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept {
  std::string_view rest = trim(if_none_match);
  if (rest == "*") return true;
  // A tag may hold commas, so the list is read by its quotes; what is no list names nothing more.
  for (;;) {
    while (rest.starts_with(',')) rest = trim(rest.substr(1));
    if (rest.empty()) return false;
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    const auto end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    if (rest.substr(0, end + 1) == etag) return true;
    rest = trim(rest.substr(end + 1));
    if (!rest.empty() && !rest.starts_with(',')) return false;
  }
}

bool accepts_gzip(std::string_view accept_encoding) noexcept {
  std::optional<bool> by_name;
  bool by_star = false;
  while (!accept_encoding.empty()) {
    auto element = next(accept_encoding, ',');
    const auto coding = next(element, ';');
    if (is_gzip(coding)) by_name = by_name.value_or(false) || has_weight(element);
    if (coding == "*") by_star = by_star || has_weight(element);
  }
  return by_name.value_or(by_star);
}

}  // namespace core
