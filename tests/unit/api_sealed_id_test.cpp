#include "api/aws/sealed_id.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <set>

#include "api/queue/uuid7.hpp"

namespace {

const core::secret key("0123456789abcdef0123456789abcdef");
const core::secret other_key("fedcba9876543210fedcba9876543210");
constexpr std::array<std::uint8_t, 6> random_bytes{0xff, 0x02, 0xff, 0x04, 0x05, 0x06};
constexpr std::uint64_t moment = 1'700'000'000'123;

// Computed apart: the first 12 bytes of the id through `openssl dgst -sha256 -hmac KEY`.
TEST(sealed_id, is_a_uuid_of_version_7_that_ends_with_the_mac_of_its_beginning) {
  const std::string id = api::id_seal(key).make(moment, random_bytes);
  EXPECT_TRUE(api::is_uuid(id));
  EXPECT_EQ(id, "018bcfe5-687b-7f02-bf04-05067d2afbd5");
}

TEST(sealed_id, tells_when_it_was_given_out) {
  const api::id_seal seal(key);
  EXPECT_EQ(seal.given_out_at(seal.make(moment, random_bytes)), moment);
}

TEST(sealed_id, of_now_is_recognised_by_any_replica_with_the_key) {
  const auto before = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string id = api::id_seal(key).new_id();
  const auto at = api::id_seal(key).given_out_at(id);
  ASSERT_TRUE(at);
  EXPECT_GE(*at, static_cast<std::uint64_t>(before.count()));
  EXPECT_FALSE(api::id_seal(other_key).given_out_at(id));
}

TEST(sealed_id, is_new_every_time) {
  const api::id_seal seal(key);
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(seal.new_id());
  EXPECT_EQ(seen.size(), 10'000u);
}

TEST(sealed_id, is_recognised_by_the_key_before_while_keys_are_changed) {
  const std::string old_id = api::id_seal(key).make(moment, random_bytes);
  const api::id_seal changed(other_key, key);
  EXPECT_EQ(changed.given_out_at(old_id), moment);
  EXPECT_EQ(changed.make(moment, random_bytes), api::id_seal(other_key).make(moment, random_bytes));
}

TEST(sealed_id, is_broken_by_any_other_digit) {
  const api::id_seal seal(key);
  const std::string id = seal.make(moment, random_bytes);
  for (std::size_t at = 0; at < id.size(); ++at) {
    if (id[at] == '-') continue;
    std::string changed = id;
    changed[at] = id[at] == '0' ? '1' : '0';
    EXPECT_FALSE(seal.given_out_at(changed)) << changed;
  }
}

TEST(sealed_id, is_no_id_of_somebody_else) {
  const api::id_seal seal(key);
  EXPECT_FALSE(seal.given_out_at(""));
  EXPECT_FALSE(seal.given_out_at("no id"));
  EXPECT_FALSE(seal.given_out_at("00000000-0000-0000-0000-000000000000"));
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(seal.given_out_at(api::new_transaction_id()));
  const std::string id = seal.make(moment, random_bytes);
  for (std::size_t size = 0; size < id.size(); ++size)
    EXPECT_FALSE(seal.given_out_at(id.substr(0, size)));
  EXPECT_FALSE(seal.given_out_at(id + "0"));
}

}  // namespace
