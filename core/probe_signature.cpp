#include "core/probe_signature.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "core/digest.hpp"

namespace core {
namespace {

constexpr std::size_t nonce_digits = 24;
constexpr std::size_t most_keys = 2;
constexpr std::size_t longest_name = 128;
constexpr std::size_t shortest_secret = 32;

using hmac_text = std::array<char, 64>;

char hex_digit(unsigned value) noexcept {
  return "0123456789abcdef"[value & 15];
}

/// HMAC-SHA256 as lowercase hex.
hmac_text hmac(std::string_view text, const signing_key& key) {
  const auto digest = hmac_sha256(key.key.reveal(), text);
  hmac_text hex;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    hex[2 * i] = hex_digit(digest[i] >> 4u);
    hex[2 * i + 1] = hex_digit(digest[i]);
  }
  return hex;
}

bool is_hex(std::string_view text) noexcept {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// A scenario's name or a key id: visible ASCII but the separator.
bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_name &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != ';'; });
}

struct parts {
  std::string_view scenario, nonce, key_id, signature, signed_text;
  std::int64_t time = 0;
  probe_purpose purpose = probe_purpose::check;
};

constexpr std::string_view load_mark = ";m=load";

/// The text between `;x=` and the next `;`; nullopt when `rest` does not start so.
std::optional<std::string_view> take(std::string_view& rest, std::string_view mark) noexcept {
  if (!rest.starts_with(mark)) return std::nullopt;
  rest.remove_prefix(mark.size());
  const auto text = rest.substr(0, rest.find(';'));
  rest.remove_prefix(text.size());
  return text;
}

std::optional<std::int64_t> parse_time(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = ec == std::errc() && end == text.data() + text.size();
  // Bounded so that adding a tolerance never overflows.
  if (!whole || value < 0 || value > 0xffff'ffff'ffff) return std::nullopt;
  return value;
}

std::optional<parts> split(std::string_view value) noexcept {
  parts p;
  auto rest = value;
  const auto scenario = take(rest, "");
  const auto time = take(rest, ";t=");
  const auto nonce = take(rest, ";n=");
  const auto key_id = take(rest, ";k=");
  if (rest.starts_with(load_mark)) {
    p.purpose = probe_purpose::load;
    rest.remove_prefix(load_mark.size());
  }
  p.signed_text = value.substr(0, value.size() - rest.size());
  const auto signature = take(rest, ";s=");
  if (!scenario || !time || !nonce || !key_id || !signature || !rest.empty()) return std::nullopt;
  const auto seconds = parse_time(*time);
  if (!seconds || !is_name(*scenario) || !is_name(*key_id)) return std::nullopt;
  if (nonce->size() != nonce_digits || !is_hex(*nonce)) return std::nullopt;
  if (signature->size() != hmac_text{}.size() || !is_hex(*signature)) return std::nullopt;
  p.scenario = *scenario;
  p.nonce = *nonce;
  p.key_id = *key_id;
  p.signature = *signature;
  p.time = *seconds;
  return p;
}

verified_probe refused(signature_result why) {
  verified_probe out;
  out.result = why;
  return out;
}

}  // namespace

void signing_key::check(const signing_key& k, const node& from, reading& r) {
  if (!k.id.empty() && !is_name(k.id))
    r.found.add(from.at, "a key id that cannot stand in a header", "visible ASCII without `;`");
  if (!k.key.empty() && k.key.reveal().size() < shortest_secret)
    r.found.add(from.at, "a secret that is too short to sign with", "at least 32 bytes");
}

std::string_view probe_member_value(probe_purpose purpose) noexcept {
  return purpose == probe_purpose::load ? "load" : "synthetic";
}

std::optional<probe_purpose> probe_purpose_of(std::string_view member_value) noexcept {
  for (const auto purpose : {probe_purpose::check, probe_purpose::load})
    if (member_value == probe_member_value(purpose)) return purpose;
  return std::nullopt;
}

std::string sign_probe(std::string_view scenario, std::int64_t unix_seconds,
                       std::span<const std::uint8_t, 12> nonce, const signing_key& key,
                       probe_purpose purpose) {
  std::string text(scenario);
  text.append(";t=").append(std::to_string(unix_seconds)).append(";n=");
  for (const auto byte : nonce) {
    text += hex_digit(byte >> 4u);
    text += hex_digit(byte);
  }
  text.append(";k=").append(key.id);
  if (purpose == probe_purpose::load) text.append(load_mark);
  const auto signature = hmac(text, key);
  text.append(";s=").append(signature.data(), signature.size());
  return text;
}

const char* to_label(signature_result r) noexcept {
  switch (r) {
    case signature_result::verified: return "verified";
    case signature_result::malformed: return "malformed";
    case signature_result::unknown_key: return "unknown_key";
    case signature_result::bad_signature: return "bad_signature";
    case signature_result::expired: return "expired";
    case signature_result::replayed: return "replayed";
  }
  return "malformed";
}

probe_verifier::probe_verifier(std::vector<signing_key> keys, std::int64_t tolerance_seconds,
                               std::size_t capacity)
    : keys_(std::move(keys)), tolerance_(tolerance_seconds), capacity_(capacity) {
  if (keys_.size() > most_keys) throw std::invalid_argument("at most two signing keys can be live");
}

verified_probe probe_verifier::verify(std::string_view header_value, std::int64_t unix_seconds) {
  const auto p = split(header_value);
  if (!p) return refused(signature_result::malformed);
  const auto key = std::find_if(keys_.begin(), keys_.end(),
                                [&](const signing_key& k) { return k.id == p->key_id; });
  if (key == keys_.end()) return refused(signature_result::unknown_key);
  const auto expected = hmac(p->signed_text, *key);
  if (CRYPTO_memcmp(expected.data(), p->signature.data(), expected.size()) != 0)
    return refused(signature_result::bad_signature);
  if (p->time < unix_seconds - tolerance_ || p->time > unix_seconds + tolerance_)
    return refused(signature_result::expired);
  auto& used = p->purpose == probe_purpose::load ? load_ : checks_;
  if (!used.remember(p->nonce, p->time + tolerance_, unix_seconds, capacity_))
    return refused(signature_result::replayed);
  return {signature_result::verified, p->scenario, p->purpose};
}

bool probe_verifier::nonces::remember(std::string_view nonce, std::int64_t expires,
                                      std::int64_t now, std::size_t capacity) {
  // In order of arrival, not of expiry: a nonce may stay up to two tolerances longer than it must.
  while (!order.empty() && order.front().first < now) {
    seen.erase(order.front().second);
    order.pop_front();
  }
  if (seen.size() >= capacity) return false;
  const auto [at, fresh] = seen.emplace(nonce, expires);
  if (fresh) order.emplace_back(expires, at->first);
  return fresh;
}

}  // namespace core
