#include "probe/format/secret_mask.hpp"

#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/json_text.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

std::string percent(std::string_view text, const char* digits, bool all) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain && !all) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string quoted(std::string_view text) {
  const auto whole = core::json_string(text);
  return whole.substr(1, whole.size() - 2);
}

std::string html(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

/// Spelled out whole, a secret goes whole.
void check_spellings(const probe::secret_mask& mask, std::string_view secret) {
  std::vector<std::string> all{std::string(secret), percent(secret, "0123456789ABCDEF", true),
                               percent(secret, "0123456789abcdef", false), html(secret)};
  // What is no UTF-8 does not come through JSON.
  if (is_ascii(secret)) {
    all.push_back(quoted(secret));
    all.push_back(quoted(quoted(secret)));
  }
  for (const auto& spelling : all)
    require(mask.apply("\x01" + spelling + "\x02") == "\x01<secret>\x02");
}

/// In base64 what depends on the secret alone goes; what is left are its ends, two bytes each.
void check_base64(const probe::secret_mask& mask, std::string_view secret) {
  if (secret.size() < 12) return;
  for (const char* before : {"", "x", "xy"}) {
    const std::string text = before + std::string(secret) + "z";
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const auto masked = mask.apply(core::to_base64(bytes));
    require(masked.find("<secret>") != masked.npos && masked.size() <= 8 + 3 + 6);
  }
}

}  // namespace

/// The first line is a secret, the rest a text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto secret = fuzz::take_until(rest);
  probe::secret_mask mask;
  mask.add(secret);
  const auto masked = mask.apply(std::string(rest));
  if (secret.empty()) {
    require(masked == rest);
    return 0;
  }
  // The mask itself could spell a part of such a secret.
  if (secret.find_first_of("<secrt>\x01\x02") != secret.npos) return 0;
  require(masked.find(secret.substr(0, 8)) == masked.npos);
  require(mask.apply(masked) == masked);
  check_spellings(mask, secret);
  check_base64(mask, secret);
  return 0;
}
