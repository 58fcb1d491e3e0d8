#include <array>
#include <string>
#include <vector>

#include "core/probe_signature.hpp"
#include "tests/fuzz/fuzzing.hpp"

using core::signature_result;
using fuzz::require;

namespace {

constexpr std::int64_t noon = 1'700'000'000;
const core::signing_key& key() {
  static const core::signing_key local{"local", core::secret("0123456789abcdef0123456789abcdef")};
  return local;
}

bool is_all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '!' && c <= '~' && c != ';';
  });
}

bool is_time(std::string_view digits) {
  if (!is_all_of(digits, "0123456789")) return false;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits.size() <= 15 && std::stoll(std::string(digits)) <= 0xffff'ffff'ffff;
}

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size && is_all_of(text, "0123456789abcdef");
}

/// The form of the header, read part by part.
bool is_well_formed(std::string_view value) {
  std::vector<std::string_view> parts;
  for (;; value.remove_prefix(value.find(';') + 1)) {
    parts.push_back(value.substr(0, value.find(';')));
    if (value.find(';') == value.npos) break;
  }
  constexpr std::array marks{"", "t=", "n=", "k=", "s="};
  if (parts.size() != marks.size()) return false;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!parts[i].starts_with(marks[i])) return false;
    parts[i].remove_prefix(std::string_view(marks[i]).size());
  }
  return is_name(parts[0]) && is_time(parts[1]) && is_hex(parts[2], 24) && is_name(parts[3]) &&
         is_hex(parts[4], 64);
}

/// What nobody signed is never taken: whatever verifies is what the key itself gives.
void check_stranger(std::string_view value) {
  core::probe_verifier verifier({key()});
  const auto seen = verifier.verify(value, noon);
  require((seen.result == signature_result::malformed) == !is_well_formed(value));
  if (seen.result != signature_result::verified) return;
  std::array<std::uint8_t, 12> nonce{};
  const auto digits = value.substr(value.find(";n=") + 3, 24);
  for (std::size_t i = 0; i < nonce.size(); ++i)
    nonce[i] =
        static_cast<std::uint8_t>(std::stoi(std::string(digits.substr(2 * i, 2)), nullptr, 16));
  const auto time = std::stoll(std::string(value.substr(value.find(";t=") + 3)));
  require(core::sign_probe(seen.scenario, time, nonce, key()) == value);
}

/// What we sign is taken once, and not at all when a single character is another.
void check_own(std::string_view scenario, std::uint8_t where, std::uint8_t what) {
  std::array<std::uint8_t, 12> nonce;
  nonce.fill(what);
  auto value = core::sign_probe(scenario, noon, nonce, key());
  core::probe_verifier verifier({key()});
  const bool usable = is_name(scenario);
  require(verifier.verify(value, noon).result ==
          (usable ? signature_result::verified : signature_result::malformed));
  if (!usable) return;
  require(verifier.verify(value, noon).result == signature_result::replayed);
  require(verifier.verify(value, noon + 61).result == signature_result::expired);

  char& changed = value[fuzz::place_in(value, where) % value.size()];
  changed = static_cast<char>(changed ^ (what | 1));
  core::probe_verifier other({key()});
  require(other.verify(value, noon).result != signature_result::verified);
}

}  // namespace

/// The header that marks synthetic traffic: any value, and scenarios of any name signed by us.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  check_stranger(text);
  const auto where = fuzz::take_byte(text);
  check_own(text.substr(0, text.find(';')), where, fuzz::take_byte(text));
  return 0;
}
