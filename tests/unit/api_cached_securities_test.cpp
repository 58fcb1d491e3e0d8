#include "tests/unit/api_cached_securities_fixture.hpp"

namespace {

using namespace api_tests;
using api::answered_by;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(cached_securities, the_first_answer_comes_from_the_sources_and_is_kept_for_all) {
  const auto first = find();
  ASSERT_TRUE(first);
  EXPECT_TRUE(has_value(first, "71.2"));
  EXPECT_EQ(first->way, answered_by::sources);
  EXPECT_EQ(first->fresh, config.fresh);
  EXPECT_FALSE(first->stale || first->was_known || first->shared_gone);
  ASSERT_TRUE(written_behind(1));
  const auto kept = api::parse_cache_text(shared.texts[isin]);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->body, first->snapshot->body);
  EXPECT_EQ(kept->read_at, first->snapshot->read_at);
}

TEST_F(cached_securities, the_second_answer_is_at_hand) {
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
  const auto first = find();
  const auto now = cache().find_now({}, isin);
  ASSERT_TRUE(now.snapshot);
  EXPECT_EQ(now.snapshot, first->snapshot);
  EXPECT_EQ(now.way, answered_by::local);
  EXPECT_EQ(now.fresh, config.fresh);
  EXPECT_TRUE(now.was_known);
  EXPECT_FALSE(now.stale);
  EXPECT_EQ(find()->way, answered_by::local);
  EXPECT_EQ(maker.made, 1);
  EXPECT_EQ(shared.got, 1);
}

TEST_F(cached_securities, what_another_replica_keeps_is_an_answer_while_it_is_fresh) {
  remember(seconds(90));
  const auto answer = find();
  ASSERT_TRUE(has_value(answer, "33"));
  EXPECT_EQ(answer->way, answered_by::shared);
  EXPECT_GE(answer->age, seconds(90));
  EXPECT_LT(answer->age, config.fresh);
  EXPECT_TRUE(answer->was_known);
  EXPECT_EQ(maker.made, 0);
}

TEST_F(cached_securities, what_is_older_than_fresh_is_made_anew_and_replaced) {
  remember(config.fresh + seconds(1));
  const auto answer = find();
  ASSERT_TRUE(has_value(answer, "71.2"));
  EXPECT_EQ(answer->way, answered_by::sources);
  EXPECT_TRUE(answer->was_known);
  EXPECT_FALSE(answer->stale);
  ASSERT_TRUE(written_behind(1));
  EXPECT_EQ(api::parse_cache_text(shared.texts[isin])->body, answer->snapshot->body);
}

TEST_F(cached_securities, what_the_shared_cache_cannot_tell_is_made_and_replaced) {
  shared.texts[isin] = "another version's text";
  EXPECT_EQ(find()->way, answered_by::sources);
  ASSERT_TRUE(written_behind(1));
  EXPECT_TRUE(api::parse_cache_text(shared.texts[isin]));
}

TEST_F(cached_securities, what_was_read_together_is_not_read_again_together) {
  config.local = core::duration::zero();
  config.fresh = seconds(1000);
  int early = 0, in_time = 0;
  for (int i = 0; i < 200; ++i) {
    remember(seconds(950) + milliseconds(i));
    ++(find()->way == answered_by::sources ? early : in_time);
    ASSERT_TRUE(written_behind(early));
  }
  // Within the last tenth of its time, earlier or later by the moment at which it was read.
  EXPECT_GT(early, 40);
  EXPECT_GT(in_time, 40);
}

TEST_F(cached_securities, nothing_is_read_again_before_nine_tenths_of_its_time) {
  config.local = core::duration::zero();
  config.fresh = seconds(1000);
  for (int i = 0; i < 200; ++i) {
    remember(seconds(800) + milliseconds(i));
    ASSERT_EQ(find()->way, answered_by::shared) << i;
  }
}

TEST_F(cached_securities, everything_is_read_again_after_its_time) {
  config.local = core::duration::zero();
  config.fresh = seconds(1000);
  for (int i = 0; i < 200; ++i) {
    remember(seconds(1000) + milliseconds(1 + i));
    ASSERT_EQ(find()->way, answered_by::sources) << i;
    ASSERT_TRUE(written_behind(i + 1));
  }
}

TEST_F(cached_securities, an_old_answer_is_better_than_none_and_says_that_it_is_old) {
  remember(config.fresh + hours(1));
  maker.away = true;
  const auto answer = find();
  ASSERT_TRUE(has_value(answer, "33"));
  EXPECT_TRUE(answer->stale);
  EXPECT_EQ(answer->way, answered_by::shared);
  EXPECT_GE(answer->age, config.fresh + hours(1));
  EXPECT_EQ(shared.kept + shared.refused, 0);
}

TEST_F(cached_securities, an_old_answer_has_a_limit) {
  remember(config.keep + seconds(1));
  maker.away = true;
  EXPECT_EQ(find().error(), gone());
}

// The share of its last tenth that an answer loses depends on when it was read: so it is read at
// one moment after the other until it is one that is to be read again.
TEST_F(cached_securities, an_answer_in_the_last_tenth_of_its_time_is_not_stale) {
  config.fresh = hours(200);
  config.keep = hours(1000);
  maker.away = true;
  for (int i = 0; maker.made == 0 && i < 100; ++i) {
    forget({isin});
    remember(config.fresh - minutes(12) - milliseconds(i));
    const auto answer = find();
    ASSERT_TRUE(has_value(answer, "33"));
    EXPECT_FALSE(answer->stale);
  }
  EXPECT_EQ(maker.made, 1);
}

TEST_F(cached_securities, sources_that_are_gone_are_asked_once_a_moment_and_not_every_time) {
  remember(config.fresh + hours(1));
  maker.away = true;
  ASSERT_TRUE(find()->stale);
  const auto again = find();
  EXPECT_TRUE(again->stale);
  EXPECT_EQ(again->way, answered_by::local);
  EXPECT_GE(again->age, config.fresh + hours(1));
  EXPECT_EQ(maker.made, 1);
}

TEST_F(cached_securities, they_are_asked_once_a_moment_also_in_the_last_tenth_of_an_answers_time) {
  config.fresh = hours(200);
  config.keep = hours(1000);
  maker.away = true;
  for (int i = 0; maker.made == 0 && i < 100; ++i) {
    forget({isin});
    remember(config.fresh - minutes(12) - milliseconds(i));
    find();
  }
  ASSERT_EQ(maker.made, 1);
  EXPECT_TRUE(has_value(find(), "33"));
  EXPECT_TRUE(has_value(find(), "33"));
  EXPECT_EQ(maker.made, 1);
}

TEST_F(cached_securities, what_is_kept_when_sources_fail_becomes_stale_when_its_time_is_over) {
  config.fresh = hours(200);
  config.keep = hours(1000);
  maker.away = true;
  for (int i = 0; maker.made == 0 && i < 100; ++i) {
    forget({isin});
    remember(config.fresh - milliseconds(50 + i));
    ASSERT_TRUE(find());
  }
  ASSERT_EQ(maker.made, 1);
  const auto stale = [this] { return cache().find_now({}, isin).stale; };
  EXPECT_TRUE(run(loop, holds(loop.worker(), stale)));
  EXPECT_EQ(maker.made, 1);
}

TEST_F(cached_securities, sources_that_say_nothing_get_little_time_when_an_old_answer_is_at_hand) {
  remember(config.fresh + hours(1));
  config.patience = milliseconds(10);
  maker.door.open = false;  // for ever, and the call itself has no deadline
  const auto answer = find();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->stale);
}

TEST_F(cached_securities, sources_get_all_the_time_of_the_call_when_nothing_is_at_hand) {
  config.patience = milliseconds(1);
  maker.door.open = false;
  const auto begun = core::now();
  const auto answer = find(isin, core::deadline::in(milliseconds(30), begun));
  EXPECT_EQ(answer.error(), core::errc::timed_out);
  EXPECT_GE(core::now() - begun, milliseconds(30));
}

TEST_F(cached_securities, nobody_can_answer_when_neither_cache_nor_sources_are_there) {
  maker.away = true;
  EXPECT_EQ(find().error(), gone());
  shared.away = true;
  EXPECT_EQ(find().error(), gone());
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
}

TEST_F(cached_securities, no_answer_fails_of_a_shared_cache_that_is_gone) {
  shared.away = true;
  const auto answer = find();
  ASSERT_TRUE(has_value(answer, "71.2"));
  EXPECT_EQ(answer->way, answered_by::sources);
  EXPECT_TRUE(answer->shared_gone);
  EXPECT_EQ(find()->way, answered_by::local);
}

TEST_F(cached_securities, a_shared_cache_that_is_slow_costs_no_more_than_its_timeout) {
  shared.door.open = false;  // for ever
  config.timeout = milliseconds(10);
  const auto answer = find();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->way, answered_by::sources);
  EXPECT_TRUE(answer->shared_gone);
}

TEST_F(cached_securities, a_slow_shared_cache_is_written_behind_the_answers_back) {
  config.timeout = milliseconds(10);
  const auto gate_shuts = [this] { return shared.got == 1 && maker.door.waiting == 1; };
  maker.door.open = false;
  std::optional<found> answer;
  loop.worker().start("find", tests::keep_result(cache().find({}, isin), answer));
  ASSERT_TRUE(run(loop, holds(loop.worker(), gate_shuts)));
  shared.door.open = false;  // after it was asked: only the writing hangs
  maker.door.open = true;
  ASSERT_TRUE(run(loop, holds(loop.worker(), [&] { return answer.has_value(); })));
  EXPECT_TRUE(*answer);
  EXPECT_EQ(shared.kept, 0);
}

TEST_F(cached_securities, without_a_local_cache_every_answer_is_looked_for) {
  config.local = core::duration::zero();
  find();
  ASSERT_TRUE(written_behind(1));
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
  EXPECT_EQ(find()->way, answered_by::shared);
  EXPECT_EQ(find()->way, answered_by::shared);
  EXPECT_EQ(maker.made, 1);
  EXPECT_EQ(shared.got, 3);
}

TEST_F(cached_securities, is_kept_here_for_a_moment_only) {
  config.local = milliseconds(5);
  find();
  EXPECT_TRUE(
      run(loop, holds(loop.worker(), [&] { return !cache().find_now({}, isin).snapshot; })));
  EXPECT_EQ(find()->way, answered_by::shared);
}

TEST_F(cached_securities, is_kept_here_no_longer_than_it_is_fresh) {
  config.fresh = milliseconds(50);
  find();
  const auto past = core::now() + config.fresh;
  EXPECT_TRUE(run(loop, holds(loop.worker(), [&] { return core::now() >= past; })));
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
}

TEST_F(cached_securities, keeps_so_many_here_and_the_others_in_the_shared_cache) {
  config.local_entries = 2;
  find("A");
  find("B");
  find("A");
  find("C");
  EXPECT_TRUE(cache().find_now({}, "A").snapshot);
  EXPECT_FALSE(cache().find_now({}, "B").snapshot);
  EXPECT_TRUE(cache().find_now({}, "C").snapshot);
  EXPECT_EQ(find("B")->way, answered_by::shared);
  EXPECT_EQ(maker.made, 3);
}

TEST_F(cached_securities, that_there_is_no_such_security_is_an_answer_like_any_other) {
  maker.absent = {isin};
  const auto first = find();
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->snapshot->exists());
  ASSERT_TRUE(written_behind(1));
  EXPECT_EQ(find()->way, answered_by::local);
  EXPECT_EQ(maker.made, 1);
  const auto kept = api::parse_cache_text(shared.texts[isin]);
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->exists());
}

TEST_F(cached_securities, each_isin_is_an_answer_of_its_own) {
  maker.absent = {another};
  EXPECT_TRUE(find(isin)->snapshot->exists());
  EXPECT_FALSE(find(another)->snapshot->exists());
  forget({isin});
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
  EXPECT_TRUE(cache().find_now({}, another).snapshot);
}

TEST_F(cached_securities, after_a_write_the_next_answer_is_made_of_what_is_there_then) {
  find();
  ASSERT_TRUE(written_behind(1));
  maker.value = "50";
  forget({another, isin});
  EXPECT_FALSE(cache().find_now({}, isin).snapshot);
  const auto answer = find();
  EXPECT_TRUE(has_value(answer, "50"));
  EXPECT_EQ(answer->way, answered_by::sources);
  ASSERT_TRUE(written_behind(2));
  EXPECT_EQ(api::parse_cache_text(shared.texts[isin])->body, answer->snapshot->body);
}

TEST_F(cached_securities, forgetting_does_not_hang_on_a_shared_cache_that_does) {
  config.timeout = milliseconds(10);
  api::cached_securities impatient(loop.worker(), maker, shared, config);
  ASSERT_TRUE(run(loop, impatient.find({}, isin)));
  shared.door.open = false;  // for ever
  loop.run(impatient.forget({}, {isin}));
  EXPECT_FALSE(impatient.find_now({}, isin).snapshot);
}

TEST_F(cached_securities, lists_are_never_from_a_cache) {
  api::security_page page;
  page.after = isin;
  const auto all = run(loop, cache().list({}, page));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->items.front().isin, isin);
  maker.away = true;
  EXPECT_EQ(run(loop, cache().list({}, page)).error(), gone());
}

}  // namespace
