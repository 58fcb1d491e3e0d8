#include <gtest/gtest.h>

#include "api/redis/redis_idempotency.hpp"

namespace {

using state = api::idempotency_claim::state;

constexpr const char* id = "018bcfe5-687b-7f02-bf04-05067d2afbd5";

TEST(redis_claim, is_kept_under_the_digest_of_the_key) {
  EXPECT_EQ(api::claim_key("abc"),
            "remora:claim:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(redis_claim, says_what_it_means_to_the_same_message) {
  const auto claimed = api::read_claim(api::claim_text(id, false, "print"), "print");
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->what, state::claimed);
  EXPECT_EQ(claimed->id, id);
  const auto taken = api::read_claim(api::claim_text(id, true, "print"), "print");
  EXPECT_EQ(taken->what, state::taken);
  EXPECT_EQ(taken->id, id);
}

TEST(redis_claim, is_a_conflict_for_another_message) {
  for (const bool was_taken : {false, true})
    EXPECT_EQ(api::read_claim(api::claim_text(id, was_taken, "print"), "prin")->what,
              state::conflict);
}

TEST(redis_claim, may_have_any_fingerprint) {
  for (const std::string print : {"", " ", " taken ", "a b"})
    EXPECT_EQ(api::read_claim(api::claim_text(id, true, print), print)->what, state::taken);
}

TEST(redis_claim, that_we_did_not_write_is_refused) {
  for (const std::string text : {"", "x", id, "018bcfe5 taken print"})
    EXPECT_EQ(api::read_claim(text, "print").error(), api::queue_errc::refused) << text;
  const std::string whole = api::claim_text(id, true, "print");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = api::read_claim(whole.substr(0, size), "print");
    EXPECT_TRUE(!read || read->what == state::conflict) << size;
  }
}

}  // namespace
