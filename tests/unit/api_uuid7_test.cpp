#include "api/queue/uuid7.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

// RFC 9562, A.6: unix_ts_ms 0x017F22E279B0, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
TEST(uuid7, matches_the_example_of_rfc_9562) {
  const std::array<std::uint8_t, 10> random{0x0c, 0xc3, 0x18, 0xc4, 0xdc,
                                            0x0c, 0x0c, 0x07, 0x39, 0x8f};
  EXPECT_EQ(api::uuid7(0x017F22E279B0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(uuid7, version_and_variant_survive_any_random_bytes) {
  std::array<std::uint8_t, 10> random{};
  random.fill(0xff);
  const std::string id = api::uuid7(1, random);
  EXPECT_EQ(id[14], '7');
  EXPECT_EQ(id[19], 'b');
  EXPECT_TRUE(api::is_uuid(id));
}

TEST(uuid7, a_later_millisecond_sorts_later) {
  const std::array<std::uint8_t, 10> high{0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff};
  const std::array<std::uint8_t, 10> low{};
  EXPECT_LT(api::uuid7(1'700'000'000'000, high), api::uuid7(1'700'000'000'001, low));
}

TEST(uuid7, transaction_ids_differ) {
  EXPECT_NE(api::new_transaction_id(), api::new_transaction_id());
}

TEST(is_uuid, refuses_prefixes_capitals_and_misplaced_dashes) {
  const std::string id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  EXPECT_TRUE(api::is_uuid(id));
  for (std::size_t size = 0; size < id.size(); ++size)
    EXPECT_FALSE(api::is_uuid(id.substr(0, size)));
  EXPECT_FALSE(api::is_uuid(id + "0"));
  EXPECT_FALSE(api::is_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  EXPECT_FALSE(api::is_uuid("017f22e27-9b0-7cc3-98c4-dc0c0c07398f"));
}

}  // namespace
