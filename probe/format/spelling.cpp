#include "probe/format/spelling.hpp"

#include <algorithm>

namespace probe {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct short_escape {
  char letter, means;
};
constexpr short_escape json_escapes[] = {{'b', '\b'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'},
                                         {'t', '\t'}, {'"', '"'},  {'/', '/'}};
struct entity {
  std::string_view text;
  char means;
};
constexpr entity entities[] = {{"&amp;", '&'}, {"&lt;", '<'},   {"&gt;", '>'},    {"&quot;", '"'},
                               {"&#34;", '"'}, {"&#39;", '\''}, {"&#x27;", '\''}, {"&apos;", '\''}};

/// The code point that begins at `at`, and its length; 0 when there is none of several bytes.
struct code_point {
  int value = 0;
  std::size_t size = 0;
};
code_point long_code_point(std::string_view text, std::size_t at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
  if (size == 0 || at + size > text.size()) return {};
  int value = lead & (0xff >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
  return {value, size};
}

/// How many bytes at `at` spell one backslash; 0 for none.
std::size_t backslash_size(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return 0;
  if (text[at] == '%') return hex_number(text, at + 1, 2) == '\\' ? 3 : 0;
  if (text[at] != '\\') return 0;
  const bool by_number = text.substr(at + 1, 1) == "u" && hex_number(text, at + 2, 4) == '\\';
  return by_number ? 6 : 1;
}

}  // namespace

int hex_number(std::string_view text, std::size_t at, std::size_t digits) noexcept {
  if (text.size() < at + digits) return -1;
  int out = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    out = 16 * out + digit;
  }
  return out;
}

spelling_matcher::spelling_matcher(std::string_view text, std::string_view secret)
    : text_(text), secret_(secret), places_(secret.size() + 1) {
  if (secret.find('\\') != secret.npos) find_backslashes();
}

void spelling_matcher::find_backslashes() {
  plain_end_.resize(text_.size() + 1, text_.size());
  spelled_end_.resize(text_.size() + 1, text_.size());
  for (auto at = text_.size(); at-- > 0;) {
    const auto size = backslash_size(text_, at);
    plain_end_[at] = text_[at] == '\\' ? plain_end_[at + 1] : at;
    spelled_end_[at] = size > 0 ? spelled_end_[at + size] : at;
  }
}

std::size_t spelling_matcher::match(std::size_t at) {
  for (std::size_t i = 0; i <= furthest_; ++i) places_[i].clear();
  furthest_ = 0;
  places_[0].push_back(at);
  std::size_t end = 0;
  for (std::size_t i = 0; i <= furthest_; ++i) {
    if (i >= std::min(no_accident, secret_.size()))
      for (const auto place : places_[i]) end = std::max(end, place);
    if (i == secret_.size()) break;
    for (const auto place : places_[i])  // reaching adds to later lists only
      if (place < text_.size()) step(i, place);
  }
  return end > at ? end - at : 0;
}

void spelling_matcher::reach(std::size_t i, std::size_t place) {
  furthest_ = std::max(furthest_, i);
  auto& list = places_[i];
  if (std::find(list.begin(), list.end(), place) == list.end()) list.push_back(place);
}

void spelling_matcher::step(std::size_t i, std::size_t at) {
  const char c = secret_[i];
  if (c == '\\') return backslashes(i, at);
  if (text_[at] == c || (c == ' ' && text_[at] == '+')) reach(i + 1, at + 1);
  if (text_[at] == '%' && hex_number(text_, at + 1, 2) == static_cast<unsigned char>(c))
    reach(i + 1, at + 3);
  if (text_[at] == '\\') escaped(i, at);
  if (text_[at] == '&')
    for (const auto& e : entities)
      if (e.means == c && text_.substr(at, e.text.size()) == e.text)
        reach(i + 1, at + e.text.size());
}

/// JSON, and JSON in JSON, where the backslashes before are more.
void spelling_matcher::escaped(std::size_t i, std::size_t at) {
  const char c = secret_[i];
  const auto behind = text_.find_first_not_of('\\', at);
  if (behind == text_.npos) return;
  for (const auto& e : json_escapes)
    if (e.means == c && text_[behind] == e.letter) reach(i + 1, behind + 1);
  if (text_[behind] != 'u') return;
  const int value = hex_number(text_, behind + 1, 4);
  const auto point = long_code_point(secret_, i);
  if (point.size == 0 && value == static_cast<unsigned char>(c)) reach(i + 1, behind + 5);
  if (point.size > 0 && value == point.value) reach(i + point.size, behind + 5);
}

/// All backslashes of the secret from here on at once.
void spelling_matcher::backslashes(std::size_t i, std::size_t at) {
  const auto wanted = std::min(secret_.find_first_not_of('\\', i), secret_.size()) - i;
  std::size_t count = 0, place = at;
  for (; count < wanted; ++count) {
    const auto size = backslash_size(text_, place);
    if (size == 0) break;
    place += size;
  }
  if (count > 0) reach(i + count, place);
  if (count < wanted) return;
  for (const auto end : {plain_end_[at], spelled_end_[at]}) {
    if (end >= at + wanted) reach(i + wanted, end);
    // The last one may belong to the escape of what follows.
    if (end > at + wanted && text_[end - 1] == '\\') reach(i + wanted, end - 1);
  }
}

// Of backslashes in a row the first counts, which sees all readings that those behind it would, and
// the last, which may begin a `\u005C`.
std::size_t next_start(std::string_view text, std::string_view secret, std::size_t at) noexcept {
  const char starts[] = {secret[0], '%', '\\', '&', '+'};
  const std::string_view any(starts, secret[0] == ' ' ? 5 : 4);
  for (at = text.find_first_of(any, at); at != text.npos; at = text.find_first_of(any, at + 1)) {
    const bool inside =
        text[at] == '\\' && at > 0 && text[at - 1] == '\\' && text.substr(at + 1, 1) == "\\";
    if (!inside) return at;
  }
  return text.npos;
}

}  // namespace probe
