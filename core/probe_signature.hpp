#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "core/config_types.hpp"

/// The mark of synthetic traffic (design, contract 2): the request header
/// `remora-probe: <scenario>;t=<unix seconds>;n=<24 hex digits>;k=<key id>;s=<64 hex digits>`,
/// where s is HMAC-SHA256 of everything before `;s=`. Before it a load run says `;m=load`.
namespace core {

inline constexpr std::string_view probe_header = "remora-probe";

/// What synthetic traffic is for. Load is marked too, but its traces are not kept, and no capacity
/// is reserved for it.
enum class probe_purpose { check, load };

/// How the mark goes on from sidecar to sidecar, over mTLS from peers only: a member of tracestate.
inline constexpr std::string_view probe_member = "remora";
/// The member's value: `synthetic`, or `load`.
std::string_view probe_member_value(probe_purpose purpose) noexcept;
/// The purpose that a value of the member names; nullopt for any other value.
std::optional<probe_purpose> probe_purpose_of(std::string_view member_value) noexcept;

struct signing_key {
  std::string id;
  secret key;
  friend bool operator==(const signing_key&, const signing_key&) = default;

  static void describe(fields<signing_key>& f) {
    f.required("id", &signing_key::id, "Key id, as in the header's k=.");
    f.required("secret", &signing_key::key, "Shared secret, at least 32 bytes.");
    f.check(&signing_key::check);
  }
  static void check(const signing_key& k, const node& from, reading& r);
};

/// The header value for one request. `nonce` is 12 random bytes, never used twice. `scenario` (like
/// a key id) is 1 to 128 visible ASCII characters without `;`: another one would be refused.
std::string sign_probe(std::string_view scenario, std::int64_t unix_seconds,
                       std::span<const std::uint8_t, 12> nonce, const signing_key& key,
                       probe_purpose purpose = probe_purpose::check);

enum class signature_result { verified, malformed, unknown_key, bad_signature, expired, replayed };
inline constexpr int signature_result_count = 6;
const char* to_label(signature_result r) noexcept;

/// What a verified header says.
struct verified_probe {
  signature_result result = signature_result::malformed;
  std::string_view scenario;  ///< view into the header value; only when verified
  probe_purpose purpose = probe_purpose::check;
};

/// Checks signatures and remembers nonces for as long as they would be accepted. Bounded: beyond
/// `capacity` live nonces of checks, and as many of load, new ones are refused as replayed, never
/// the memory grown; load leaves checks their room. One a worker group, not thread-safe: callers
/// hold a lock or own it alone.
class probe_verifier {
 public:
  /// At most two live keys; throws std::invalid_argument for more.
  explicit probe_verifier(std::vector<signing_key> keys, std::int64_t tolerance_seconds = 60,
                          std::size_t capacity = 65536);
  verified_probe verify(std::string_view header_value, std::int64_t unix_seconds);

 private:
  struct nonces {
    std::unordered_map<std::string, std::int64_t> seen;
    std::deque<std::pair<std::int64_t, std::string>> order;
    bool remember(std::string_view nonce, std::int64_t expires, std::int64_t now,
                  std::size_t capacity);
  };
  std::vector<signing_key> keys_;
  std::int64_t tolerance_;
  std::size_t capacity_;
  nonces checks_, load_;
};

}  // namespace core
