#include "api/cache/shared_cache.hpp"

#include "tests/integration/api_redis_fixture.hpp"

namespace {

using tests::in_time;
using tests::run;
using tests::soon;

const std::string isin = "US0378331005";
const std::string key = "remora:security:US0378331005";

class redis_shared_cache : public tests::with_redis {
 protected:
  void SetUp() override {
    with_redis::SetUp();
    if (IsSkipped()) return;
    redis.emplace(loop.worker(), config);
    cache.emplace(loop.worker(), *redis, std::chrono::minutes(10));
  }
  static api::snapshot_ptr snapshot(std::int64_t read_at) {
    return api::make_snapshot({isin, "Apple \"Inc.\"", "US", "IT", "USD"},
                              api::score{isin, "71.2", "2026-01-01T00:00:00Z", true}, read_at);
  }
  core::result<api::shared_entry> get() { return run(loop, cache->get(in_time(), isin)); }
  bool put(std::int64_t read_at, std::string seen) {
    return run(loop, cache->put(in_time(), isin, snapshot(read_at), std::move(seen))).has_value();
  }
  bool forget(std::vector<std::string> isins) {
    return run(loop, cache->forget(in_time(), std::move(isins))).has_value();
  }
  /// When the entry was read that is kept; 0 for none.
  std::int64_t kept() {
    const auto entry = get().value();
    return entry.snapshot ? entry.snapshot->read_at : 0;
  }

  std::optional<api::redis_connection> redis;
  std::optional<api::redis_shared_cache> cache;
};

TEST_F(redis_shared_cache, has_nothing_at_first_and_then_what_was_put) {
  const auto nothing = get();
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->snapshot);
  EXPECT_EQ(nothing->seen, "");
  ASSERT_TRUE(put(7, nothing->seen));
  const auto entry = get();
  ASSERT_TRUE(entry && entry->snapshot);
  EXPECT_EQ(entry->snapshot->read_at, 7);
  EXPECT_EQ(entry->snapshot->body, snapshot(7)->body);
  EXPECT_EQ(entry->snapshot->etag, snapshot(7)->etag);
  EXPECT_EQ(entry->seen, api::to_cache_text(*snapshot(7)));
}

TEST_F(redis_shared_cache, what_was_seen_is_replaced) {
  ASSERT_TRUE(put(7, ""));
  ASSERT_TRUE(put(8, get()->seen));
  EXPECT_EQ(kept(), 8);
}

TEST_F(redis_shared_cache, what_was_not_seen_is_not_replaced_and_that_is_no_error) {
  const auto seen = get()->seen;
  ASSERT_TRUE(put(8, seen));  // somebody else was faster
  EXPECT_TRUE(put(7, seen));
  EXPECT_EQ(kept(), 8);
}

TEST_F(redis_shared_cache, what_was_read_before_a_write_is_not_kept_after_it) {
  const auto nothing = get()->seen;
  ASSERT_TRUE(forget({isin}));
  EXPECT_TRUE(put(7, nothing));
  EXPECT_EQ(kept(), 0);

  ASSERT_TRUE(put(8, get()->seen));
  const auto something = get()->seen;
  ASSERT_TRUE(forget({isin}));
  EXPECT_TRUE(put(9, something));
  EXPECT_EQ(kept(), 0);
}

TEST_F(redis_shared_cache, what_is_read_after_a_write_is_kept) {
  ASSERT_TRUE(forget({isin}));
  const auto entry = get();
  EXPECT_FALSE(entry->snapshot);
  EXPECT_NE(entry->seen, "");
  ASSERT_TRUE(put(7, entry->seen));
  EXPECT_EQ(kept(), 7);
}

TEST_F(redis_shared_cache, of_two_writes_the_second_counts_also_between_the_marks) {
  ASSERT_TRUE(forget({isin}));
  const auto first = get()->seen;
  ASSERT_TRUE(forget({isin}));
  EXPECT_NE(get()->seen, first);  // no mark is like any other
  EXPECT_TRUE(put(7, first));
  EXPECT_EQ(kept(), 0);
}

TEST_F(redis_shared_cache, forgets_what_it_is_told_and_nothing_else) {
  ASSERT_TRUE(put(7, ""));
  ASSERT_TRUE(forget({"DE0007164600", "FR0000120271"}));
  EXPECT_EQ(kept(), 7);
  EXPECT_TRUE(forget({}));
  ASSERT_TRUE(forget({"DE0007164600", isin}));
  EXPECT_EQ(kept(), 0);
}

TEST_F(redis_shared_cache,
       entries_live_for_their_time_give_or_take_a_tenth_and_marks_for_a_minute) {
  constexpr std::int64_t keep = 600'000;
  std::int64_t shortest = keep * 2, longest = 0;
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(put(7 + i, get()->seen));
    const auto lives_for = command({"PTTL", key}).integer;
    shortest = std::min(shortest, lives_for);
    longest = std::max(longest, lives_for);
  }
  EXPECT_GT(shortest, keep * 8 / 10);
  EXPECT_LE(longest, keep * 11 / 10);
  EXPECT_GT(longest - shortest, keep / 100);  // not all of them at once
  ASSERT_TRUE(forget({isin}));
  const auto mark = command({"PTTL", key}).integer;
  EXPECT_GT(mark, 0);
  EXPECT_LE(mark, 60'000);
}

TEST_F(redis_shared_cache, an_entry_is_gone_after_its_time) {
  api::redis_shared_cache brief(loop.worker(), *redis, std::chrono::milliseconds(100));
  ASSERT_TRUE(run(loop, brief.put(in_time(), isin, snapshot(7), "")));
  bool gone = false;
  const auto until = soon();
  while (!gone && !until.passed(core::now())) gone = get()->seen.empty();
  EXPECT_TRUE(gone);
}

TEST_F(redis_shared_cache, a_server_that_has_forgotten_the_script_is_told_it_again) {
  ASSERT_TRUE(put(7, ""));
  ASSERT_EQ(command({"SCRIPT", "FLUSH"}).text, "OK");
  ASSERT_TRUE(put(8, get()->seen));
  EXPECT_EQ(kept(), 8);
}

TEST_F(redis_shared_cache, what_somebody_else_wrote_there_is_nothing_of_use_and_is_replaced) {
  command({"SET", key, "s1 of another version"});
  const auto entry = get();
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->snapshot);
  ASSERT_TRUE(put(7, entry->seen));
  EXPECT_EQ(kept(), 7);
}

TEST_F(redis_shared_cache, error_replies_are_errors) {
  command({"LPUSH", key, "a list"});
  EXPECT_FALSE(get());
  EXPECT_FALSE(put(7, ""));
  command({"DEL", key});
  ASSERT_EQ(command({"CONFIG", "SET", "maxmemory", "1"}).text, "OK");
  EXPECT_FALSE(put(7, ""));
  EXPECT_FALSE(forget({isin, "DE0007164600"}));
  EXPECT_TRUE(get());  // reading needs no memory
}

TEST_F(redis_shared_cache, a_server_that_is_gone_or_says_nothing_is_an_error) {
  ASSERT_TRUE(put(7, ""));
  server->freeze();
  const auto brief = tests::within(std::chrono::milliseconds(50));
  EXPECT_EQ(run(loop, cache->get(brief, isin)).error(), core::errc::timed_out);
  server->thaw();
  server->stop();
  EXPECT_FALSE(get());
  EXPECT_FALSE(put(8, ""));
  EXPECT_FALSE(forget({isin}));
}

}  // namespace
