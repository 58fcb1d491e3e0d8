#include "core/probe_signature.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace {

using core::probe_verifier;
using core::signature_result;

constexpr std::int64_t noon = 1'700'000'000;
const core::signing_key local{"local", core::secret("0123456789abcdef0123456789abcdef")};
const core::signing_key next_key{"next", core::secret("fedcba9876543210fedcba9876543210")};

std::array<std::uint8_t, 12> nonce(std::uint8_t last) {
  return {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, last};
}

std::string sign(std::uint8_t n = 0, std::int64_t at = noon, const core::signing_key& key = local) {
  return core::sign_probe("critical-path", at, nonce(n), key);
}

signature_result check(const std::string& value, std::int64_t now = noon) {
  return probe_verifier({local}).verify(value, now).result;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

// Computed apart: printf '%s' 'critical-path;t=…;k=local' | openssl dgst -sha256 -hmac KEY
TEST(probe_signature, is_hmac_sha256_of_everything_before_it) {
  EXPECT_EQ(sign(),
            "critical-path;t=1700000000;n=0102030405060708090a0b00;k=local;s="
            "1f8a81484f4dd2aa65e07885c512e4e8e8f366e87c2f86446652552d0b5f5518");
}

TEST(probe_signature, is_verified_and_names_its_scenario) {
  const auto header = sign();
  probe_verifier verifier({local});
  const auto v = verifier.verify(header, noon);
  EXPECT_EQ(v.result, signature_result::verified);
  EXPECT_EQ(v.scenario, "critical-path");
  EXPECT_EQ(v.scenario.data(), header.data());
}

TEST(probe_signature, two_keys_are_live_and_three_refused) {
  probe_verifier verifier({local, next_key});
  EXPECT_EQ(verifier.verify(sign(1), noon).result, signature_result::verified);
  EXPECT_EQ(verifier.verify(sign(2, noon, next_key), noon).result, signature_result::verified);
  EXPECT_THROW(probe_verifier({local, next_key, local}), std::invalid_argument);
}

TEST(probe_signature, no_key_knows_nothing) {
  EXPECT_EQ(probe_verifier({}).verify(sign(), noon).result, signature_result::unknown_key);
  EXPECT_EQ(check(sign(0, noon, next_key)), signature_result::unknown_key);
}

TEST(probe_signature, a_wrong_secret_under_a_known_id) {
  const core::signing_key forged{"local", next_key.key};
  EXPECT_EQ(check(sign(0, noon, forged)), signature_result::bad_signature);
}

TEST(probe_signature, every_changed_character_is_noticed) {
  const auto header = sign();
  for (std::size_t i = 0; i < header.size(); ++i) {
    auto changed = header;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_NE(check(changed), signature_result::verified) << i;
  }
}

TEST(probe_signature, every_prefix_is_malformed) {
  const auto header = sign();
  for (std::size_t n = 0; n < header.size(); ++n)
    EXPECT_EQ(check(header.substr(0, n)), signature_result::malformed) << n;
}

TEST(probe_signature, is_accepted_within_a_minute_either_way) {
  EXPECT_EQ(check(sign(0, noon - 60)), signature_result::verified);
  EXPECT_EQ(check(sign(0, noon + 60)), signature_result::verified);
  EXPECT_EQ(check(sign(0, noon - 61)), signature_result::expired);
  EXPECT_EQ(check(sign(0, noon + 61)), signature_result::expired);
}

TEST(probe_signature, a_nonce_counts_once) {
  probe_verifier verifier({local});
  EXPECT_EQ(verifier.verify(sign(1), noon).result, signature_result::verified);
  EXPECT_EQ(verifier.verify(sign(1), noon).result, signature_result::replayed);
  EXPECT_EQ(verifier.verify(sign(1), noon + 60).result, signature_result::replayed);
  EXPECT_EQ(verifier.verify(sign(1, noon + 1), noon).result, signature_result::replayed);
  EXPECT_EQ(verifier.verify(sign(2), noon).result, signature_result::verified);
}

TEST(probe_signature, a_nonce_signed_ahead_is_remembered_as_long_as_it_is_accepted) {
  probe_verifier verifier({local});
  const auto ahead = sign(1, noon + 60);
  EXPECT_EQ(verifier.verify(ahead, noon).result, signature_result::verified);
  EXPECT_EQ(verifier.verify(ahead, noon + 120).result, signature_result::replayed);
  EXPECT_EQ(verifier.verify(ahead, noon + 121).result, signature_result::expired);
}

TEST(probe_signature, a_forged_header_uses_up_no_nonce) {
  probe_verifier verifier({local});
  const core::signing_key forged{"local", next_key.key};
  EXPECT_EQ(verifier.verify(sign(1, noon, forged), noon).result, signature_result::bad_signature);
  EXPECT_EQ(verifier.verify(sign(1), noon).result, signature_result::verified);
}

TEST(probe_signature, memory_is_bounded_and_comes_free_again) {
  probe_verifier verifier({local}, 60, 3);
  for (std::uint8_t i = 0; i < 3; ++i)
    EXPECT_EQ(verifier.verify(sign(i), noon).result, signature_result::verified);
  EXPECT_EQ(verifier.verify(sign(3), noon).result, signature_result::replayed);
  EXPECT_EQ(verifier.verify(sign(4, noon + 61), noon + 61).result, signature_result::verified);
}

std::string sign_load(std::uint8_t n = 0) {
  return core::sign_probe("critical-path", noon, nonce(n), local, core::probe_purpose::load);
}

// printf '%s' 'critical-path;t=…;k=local;m=load' | openssl dgst -sha256 -hmac KEY
TEST(probe_signature, of_load_says_so_and_is_signed_with_it) {
  const auto header = sign_load();
  EXPECT_EQ(header,
            "critical-path;t=1700000000;n=0102030405060708090a0b00;k=local;m=load;s="
            "6a326dcea2c1e22e4b779453feeffd1083f0e0d7004df641a033c18fe45d3e12");
  probe_verifier verifier({local});
  const auto v = verifier.verify(header, noon);
  EXPECT_EQ(v.result, signature_result::verified);
  EXPECT_EQ(v.purpose, core::probe_purpose::load);
  EXPECT_EQ(verifier.verify(sign(1), noon).purpose, core::probe_purpose::check);
  EXPECT_EQ(check(replaced(header, ";m=load", "")), signature_result::bad_signature);
  EXPECT_EQ(check(replaced(sign(), ";s=", ";m=load;s=")), signature_result::bad_signature);
  EXPECT_EQ(check(replaced(header, ";m=load", ";m=fun")), signature_result::malformed);
  EXPECT_EQ(check(replaced(header, ";m=load", ";m=load;m=load")), signature_result::malformed);
}

TEST(probe_signature, load_leaves_checks_their_room) {
  probe_verifier verifier({local}, 60, 2);
  for (std::uint8_t i = 0; i < 2; ++i)
    EXPECT_EQ(verifier.verify(sign_load(i), noon).result, signature_result::verified);
  EXPECT_EQ(verifier.verify(sign_load(2), noon).result, signature_result::replayed);
  EXPECT_EQ(verifier.verify(sign(3), noon).result, signature_result::verified);
}

TEST(probe_signature, the_mark_goes_on_as_a_member_of_tracestate) {
  using core::probe_purpose;
  EXPECT_EQ(core::probe_member_value(probe_purpose::check), "synthetic");
  EXPECT_EQ(core::probe_member_value(probe_purpose::load), "load");
  EXPECT_EQ(core::probe_purpose_of("synthetic"), probe_purpose::check);
  EXPECT_EQ(core::probe_purpose_of("load"), probe_purpose::load);
  EXPECT_EQ(core::probe_purpose_of("Load"), std::nullopt);
}

struct shape {
  const char* name;
  const char* from;
  const char* to;
};
void PrintTo(const shape& s, std::ostream* out) {
  *out << s.name;
}

class malformed : public testing::TestWithParam<shape> {};

TEST_P(malformed, is_said_before_any_key_is_used) {
  EXPECT_EQ(check(replaced(sign(), GetParam().from, GetParam().to)), signature_result::malformed);
}

INSTANTIATE_TEST_SUITE_P(
    probe_signature, malformed,
    testing::Values(shape{"no_scenario", "critical-path", ""},
                    shape{"scenario_with_space", "critical-path", "critical path"},
                    shape{"scenario_beyond_ascii", "critical-path", "caf\xc3\xa9"},
                    shape{"no_time", "t=1700000000", "t="}, shape{"time_negative", "t=17", "t=-17"},
                    shape{"time_plus", "t=17", "t=+17"},
                    shape{"time_fraction", "t=1700000000", "t=1700000000.0"},
                    shape{"time_huge", "t=17", "t=9223372036854775817"},
                    shape{"time_beyond_its_bound", "t=1700000000", "t=9223372036854775807"},
                    shape{"nonce_short", "n=0102", "n=02"}, shape{"nonce_long", "n=01", "n=0101"},
                    shape{"nonce_upper_case", "0a0b00", "0A0B00"},
                    shape{"nonce_no_hex", "0a0b00", "0g0b00"}, shape{"no_key", "k=local", "k="},
                    shape{"signature_short", ";s=", ";s"}, shape{"parts_swapped", ";t=", ";n="},
                    shape{"space_behind_separator", ";t=", "; t="},
                    shape{"part_twice", ";k=", ";n=;k="},
                    shape{"empty_signature_before", ";s=", ";s=;s="}),
    [](const auto& info) { return info.param.name; });

TEST(probe_signature, nothing_may_follow) {
  EXPECT_EQ(check(sign() + ";"), signature_result::malformed);
  EXPECT_EQ(check(sign() + " "), signature_result::malformed);
  EXPECT_EQ(check(sign() + "," + sign()), signature_result::malformed);
}

/// The problems of a key's configuration, the secret coming from the environment.
std::string problems_of(const std::string& id, const std::string& secret) {
  core::problems found;
  const auto file = core::document::parse("keys.yaml", "id: '" + id + "'\nsecret: ${S}\n", found);
  core::read_config<core::signing_key>(file, found, [&](const std::string&) { return secret; });
  return found.to_string();
}

TEST(signing_key, is_checked_when_it_is_configured) {
  EXPECT_EQ(problems_of("local", local.key.reveal()), "");
  EXPECT_NE(problems_of("local", "short").find("at least 32 bytes"), std::string::npos);
  EXPECT_EQ(problems_of("local", "short").find("short\""), std::string::npos) << "never shown";
  EXPECT_NE(problems_of("a;b", local.key.reveal()).find("key id"), std::string::npos);
}

}  // namespace
