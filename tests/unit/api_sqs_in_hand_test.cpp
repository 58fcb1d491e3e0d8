#include "api/aws/sqs_in_hand.hpp"

#include <gmock/gmock.h>

namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const core::instant start{seconds(1000)};

TEST(sqs_in_hand, gives_the_handle_back_once) {
  api::sqs_in_hand held(seconds(30));
  EXPECT_TRUE(held.take("m", "h", start));
  EXPECT_THAT(held.give_back({"m", "unknown"}), ElementsAre("h"));
  EXPECT_THAT(held.give_back({"m"}), IsEmpty());
  EXPECT_TRUE(held.empty());
}

TEST(sqs_in_hand, the_newest_handle_counts) {
  api::sqs_in_hand held(seconds(30));
  EXPECT_TRUE(held.take("m", "old", start));
  EXPECT_FALSE(held.take("m", "new", start + seconds(20)));
  EXPECT_EQ(held.next_due(), start + seconds(35));
  EXPECT_THAT(held.give_back({"m"}), ElementsAre("new"));
}

TEST(sqs_in_hand, is_due_after_half_of_the_time) {
  api::sqs_in_hand held(seconds(30));
  EXPECT_EQ(held.next_due(), core::instant::max());
  held.take("a", "ha", start);
  held.take("b", "hb", start + seconds(1));
  EXPECT_EQ(held.next_due(), start + seconds(15));
  EXPECT_THAT(held.due(start + seconds(14)), IsEmpty());
  EXPECT_THAT(held.due(start + seconds(15)), ElementsAre("ha"));
  EXPECT_THAT(held.due(start + seconds(16)), UnorderedElementsAre("ha", "hb"));
}

TEST(sqs_in_hand, what_was_hidden_again_is_due_later) {
  api::sqs_in_hand held(seconds(30));
  held.take("a", "ha", start);
  held.take("b", "hb", start);
  held.hidden({"ha"}, start + seconds(15));
  EXPECT_THAT(held.due(start + seconds(16)), ElementsAre("hb"));
  EXPECT_THAT(held.due(start + seconds(30)), UnorderedElementsAre("ha", "hb"));
}

TEST(sqs_in_hand, what_is_lost_is_never_due_and_still_in_hand) {
  api::sqs_in_hand held(seconds(30));
  held.take("a", "ha", start);
  held.lost({"ha"});
  EXPECT_THAT(held.due(start + std::chrono::hours(20)), IsEmpty());
  EXPECT_EQ(held.next_due(), core::instant::max());
  EXPECT_EQ(held.size(), 1u);
  EXPECT_THAT(held.give_back_all(), ElementsAre("ha"));
  EXPECT_TRUE(held.empty());
}

}  // namespace
