#include "probe/format/secret_mask.hpp"

#include <algorithm>
#include <cstdint>

#include "core/digest.hpp"

namespace probe {
namespace {

constexpr std::size_t no_accident = 8;

std::string with(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

/// The part of the base64 of a text that holds the secret, `before` bytes behind a multiple of
/// three, which depends on nothing but the secret.
std::string in_base64(std::string_view secret, std::size_t before) {
  std::vector<std::uint8_t> bytes(before);
  bytes.insert(bytes.end(), secret.begin(), secret.end());
  const auto text = core::to_base64(bytes);
  const std::size_t begin = (8 * before + 5) / 6;
  return text.substr(begin, 8 * bytes.size() / 6 - begin);
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The number of so many hex digits; -1 when they are none.
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

/// Follows a secret through a text in all spellings at once: where in the text one can be after so
/// many bytes of the secret.
class spelling_matcher {
 public:
  spelling_matcher(std::string_view text, std::string_view secret)
      : text_(text), secret_(secret), places_(secret.size() + 1) {}

  /// How much of the text from `at` on spells the secret or a beginning of it that is long enough;
  /// 0 for none.
  std::size_t match(std::size_t at) {
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

 private:
  void reach(std::size_t i, std::size_t place) {
    constexpr std::size_t most = 24;  // only long runs of backslashes have more
    furthest_ = std::max(furthest_, i);
    auto& list = places_[i];
    if (list.size() < most && std::find(list.begin(), list.end(), place) == list.end())
      list.push_back(place);
  }

  void step(std::size_t i, std::size_t at) {
    const char c = secret_[i];
    if (text_[at] == c || (c == ' ' && text_[at] == '+')) reach(i + 1, at + 1);
    if (text_[at] == '%' && hex_number(text_, at + 1, 2) == static_cast<unsigned char>(c))
      reach(i + 1, at + 3);
    if (text_[at] == '\\') escaped(i, at);
    if (text_[at] == '&')
      for (const auto& e : entities)
        if (e.means == c && text_.substr(at, e.text.size()) == e.text)
          reach(i + 1, at + e.text.size());
  }

  /// JSON, and JSON in JSON, where backslashes are doubled each time.
  void escaped(std::size_t i, std::size_t at) {
    const char c = secret_[i];
    const auto behind = std::min(text_.find_first_not_of('\\', at), text_.size());
    for (std::size_t size = 2; c == '\\' && at + size <= behind; size *= 2) reach(i + 1, at + size);
    if (behind == text_.size()) return;
    for (const auto& e : json_escapes)
      if (e.means == c && text_[behind] == e.letter) reach(i + 1, behind + 1);
    if (text_[behind] != 'u') return;
    const int value = hex_number(text_, behind + 1, 4);
    const auto point = long_code_point(secret_, i);
    if (point.size == 0 && value == static_cast<unsigned char>(c)) reach(i + 1, behind + 5);
    if (point.size > 0 && value == point.value) reach(i + point.size, behind + 5);
  }

  std::string_view text_, secret_;
  std::vector<std::vector<std::size_t>> places_;
  std::size_t furthest_ = 0;  // place that may not be empty
};

using stretch = secret_mask::stretch;
using stretches = std::vector<stretch>;

void find_spelled(std::string_view text, std::string_view secret, stretches& into) {
  const char starts[] = {secret[0], '%', '\\', '&', '+'};
  const std::string_view any(starts, secret[0] == ' ' ? 5 : 4);
  auto at = text.find_first_of(any);
  if (at == text.npos) return;
  for (spelling_matcher matcher(text, secret); at != text.npos;
       at = text.find_first_of(any, at + 1))
    if (const auto size = matcher.match(at); size > 0) into.push_back({at, at + size});
}

/// A text as it is, and any beginning of it that is long enough.
void find_exact(std::string_view text, std::string_view encoded, stretches& into) {
  const auto head = encoded.substr(0, no_accident);
  for (auto at = text.find(head); at != text.npos; at = text.find(head, at + 1)) {
    std::size_t size = head.size();
    while (size < encoded.size() && at + size < text.size() && text[at + size] == encoded[size])
      ++size;
    into.push_back({at, at + size});
  }
}

/// A text without one layer of percent-encoding, and where each of its bytes was.
struct decoded_text {
  std::string text;
  std::vector<std::size_t> from;  // one more than bytes: the end
  bool changed = false;
};
decoded_text percent_decode(std::string_view text) {
  decoded_text out;
  for (std::size_t at = 0; at < text.size();) {
    const int value = text[at] == '%' ? hex_number(text, at + 1, 2) : -1;
    out.from.push_back(at);
    out.text.push_back(value < 0 ? text[at] : static_cast<char>(value));
    out.changed = out.changed || value >= 0;
    at += value < 0 ? 1 : 3;
  }
  out.from.push_back(text.size());
  return out;
}

/// Shows each stretch, or several that overlap, as one mask.
std::string without(std::string_view text, stretches hidden) {
  std::sort(hidden.begin(), hidden.end(),
            [](const stretch& a, const stretch& b) { return a.begin < b.begin; });
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < hidden.size();) {
    auto [begin, end] = hidden[i];
    for (++i; i < hidden.size() && hidden[i].begin < end; ++i) end = std::max(end, hidden[i].end);
    out.append(text.substr(done, begin - done)).append("<secret>");
    done = end;
  }
  return out.append(text.substr(done));
}

}  // namespace

std::string encode_for_url(std::string_view text) {
  constexpr std::string_view forbidden = "\"#<>\\^`{|}";
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && forbidden.find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

void secret_mask::add(std::string_view secret) {
  if (secret.empty()) return;
  secrets_.emplace_back(secret);
  for (std::size_t before = 0; before < 3; ++before) {
    const auto text = in_base64(secret, before);
    // Of a short secret it could be part of anything.
    if (text.size() < no_accident) continue;
    encoded_.push_back(text);
    if (text.find_first_of("+/") != std::string::npos)
      encoded_.push_back(with(with(text, '+', '-'), '/', '_'));
  }
}

void secret_mask::find(std::string_view text, int layers, stretches& into) const {
  for (const auto& encoded : encoded_) find_exact(text, encoded, into);
  for (const auto& secret : secrets_) find_spelled(text, secret, into);
  if (layers == 0 || text.find('%') == text.npos) return;
  // A spelling that was percent-encoded as a whole.
  const auto decoded = percent_decode(text);
  if (!decoded.changed) return;
  stretches inside;
  find(decoded.text, layers - 1, inside);
  for (const auto& s : inside) into.push_back({decoded.from[s.begin], decoded.from[s.end]});
}

// All that is found counts, wherever they overlap: what one of them hides could be the beginning of
// another.
std::string secret_mask::apply(std::string text) const {
  constexpr int layers = 2;
  stretches hidden;
  if (!secrets_.empty()) find(text, layers, hidden);
  return hidden.empty() ? text : without(text, std::move(hidden));
}

}  // namespace probe
