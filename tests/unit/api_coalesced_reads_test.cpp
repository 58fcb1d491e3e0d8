#include <algorithm>
#include <deque>
#include <functional>

#include "tests/unit/api_cached_securities_fixture.hpp"

namespace {

using namespace api_tests;
using api::answered_by;
using std::chrono::hours;
using std::chrono::milliseconds;

/// Many who ask for the same at once, and what each of them gets.
class at_once : public cached_securities {
 protected:
  void ask(std::size_t count, core::deadline until = core::deadline::never()) {
    for (std::size_t i = 0; i < count; ++i) {
      api::call_context call;
      call.until = until;
      answers.emplace_back();
      loop.worker().start("find", tests::keep_result(cache().find(call, isin), answers.back()));
    }
  }
  bool comes_true(std::function<bool()> condition) {
    return run(loop, holds(loop.worker(), std::move(condition)));
  }
  bool all_answered() {
    return comes_true([this] {
      return std::all_of(answers.begin(), answers.end(),
                         [](const auto& a) { return a.has_value(); });
    });
  }
  std::size_t came_by(answered_by way) const {
    return static_cast<std::size_t>(
        std::count_if(answers.begin(), answers.end(),
                      [way](const auto& a) { return a && *a && (*a)->way == way; }));
  }

  std::deque<std::optional<found>> answers;
};

TEST_F(at_once, all_wait_for_one_reading_and_get_what_it_brings) {
  maker.door.open = false;
  ask(50);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  EXPECT_EQ(maker.made, 1);
  EXPECT_EQ(shared.got, 1);
  EXPECT_EQ(came_by(answered_by::sources), 1u);
  EXPECT_EQ(came_by(answered_by::coalesced), 49u);
  for (const auto& a : answers) {
    EXPECT_TRUE(has_value(*a, "71.2"));
    EXPECT_EQ((**a).fresh, config.fresh);
  }
}

TEST_F(at_once, all_fail_when_the_reading_does_and_the_next_one_reads_anew) {
  maker.door.open = false;
  maker.away = true;
  ask(5);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  for (const auto& a : answers) EXPECT_EQ(a->error(), gone());
  maker.away = false;
  EXPECT_TRUE(has_value(find(), "71.2"));
  EXPECT_EQ(maker.made, 2);
}

TEST_F(at_once, a_stale_answer_is_stale_for_all) {
  remember(config.fresh + hours(1));
  maker.door.open = false;
  maker.away = true;
  ask(5);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  for (const auto& a : answers) EXPECT_TRUE((**a).stale);
}

TEST_F(at_once, one_whose_time_is_over_goes_while_the_reading_goes_on) {
  maker.door.open = false;
  ask(1);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  const auto late = find(isin, core::deadline::in(milliseconds(10), core::now()));
  EXPECT_EQ(late.error(), core::errc::timed_out);
  EXPECT_FALSE(answers[0]);
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  EXPECT_TRUE(has_value(*answers[0], "71.2"));
  EXPECT_EQ(find()->way, answered_by::local);
  EXPECT_EQ(maker.made, 1);
}

TEST_F(at_once, a_reading_that_throws_leaves_nobody_waiting_and_nothing_behind) {
  maker.door.open = false;
  maker.throws = true;
  ask(1);  // its exception is the business of whoever started it
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  ask(4);
  maker.door.open = true;
  const auto others_answered = [this] {
    return std::all_of(answers.begin() + 1, answers.end(),
                       [](const auto& a) { return a.has_value(); });
  };
  ASSERT_TRUE(comes_true(others_answered));
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_FALSE(*answers[i]);
  EXPECT_FALSE(answers[0]);
  maker.throws = false;
  EXPECT_TRUE(has_value(find(), "71.2"));
  EXPECT_EQ(maker.made, 2);
}

TEST_F(at_once, what_was_read_before_a_write_answers_those_who_asked_before_and_nobody_after) {
  maker.door.open = false;
  ask(2);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  maker.value = "50";
  forget({isin});
  ask(2);  // must not join the reading that began before the write
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 2; }));
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  EXPECT_TRUE(has_value(*answers[0], "71.2"));
  EXPECT_TRUE(has_value(*answers[1], "71.2"));
  EXPECT_TRUE(has_value(*answers[2], "50"));
  EXPECT_TRUE(has_value(*answers[3], "50"));
  EXPECT_EQ(maker.made, 2);

  ASSERT_TRUE(written_behind(2));
  EXPECT_EQ(shared.refused, 1);
  EXPECT_TRUE(has_value(find(), "50"));
  EXPECT_NE(shared.texts[isin].find("\"value\":50,"), std::string::npos);
}

TEST_F(at_once, a_reading_that_a_write_made_old_is_not_kept_here) {
  maker.door.open = false;
  ask(1);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  maker.value = "50";
  forget({isin});
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  EXPECT_TRUE(has_value(*answers[0], "71.2"));
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
  ASSERT_TRUE(written_behind(1));
  EXPECT_EQ(shared.refused, 1);
  EXPECT_TRUE(has_value(find(), "50"));
}

TEST_F(at_once, a_write_in_another_replica_is_seen_by_the_shared_cache_too) {
  api::cached_securities replica(loop.worker(), maker, shared, config);
  maker.door.open = false;
  ask(1);
  ASSERT_TRUE(comes_true([this] { return maker.door.waiting == 1; }));
  maker.value = "50";
  loop.run(replica.forget({}, {isin}));
  maker.door.open = true;
  ASSERT_TRUE(all_answered());
  ASSERT_TRUE(written_behind(1));
  EXPECT_EQ(shared.refused, 1);
  EXPECT_TRUE(has_value(run(loop, replica.find({}, isin)), "50"));
}

}  // namespace
