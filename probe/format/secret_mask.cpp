#include "probe/format/secret_mask.hpp"

#include <algorithm>
#include <cstdint>

#include "core/digest.hpp"
#include "probe/format/spelling.hpp"

namespace probe {
namespace {

constexpr auto no_accident = spelling_matcher::no_accident;

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

using stretch = secret_mask::stretch;
using stretches = std::vector<stretch>;

void find_spelled(std::string_view text, std::string_view secret, stretches& into) {
  auto at = next_start(text, secret, 0);
  if (at == text.npos) return;
  for (spelling_matcher matcher(text, secret); at != text.npos;
       at = next_start(text, secret, at + 1))
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
