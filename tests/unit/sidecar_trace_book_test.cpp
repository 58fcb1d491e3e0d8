#include "sidecar/relay/trace_book.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/exposition.hpp"
#include "tests/unit/sidecar_relayed_spans.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;
using core::drop_reason;
using tests::app_span;
using tests::dropped;
using tests::relayed;
using tests::trace_of;
using standing = trace_book::standing;

TEST(decision_cache, forgets_the_oldest_first) {
  decision_cache cache(3);
  for (int i = 1; i <= 4; ++i) cache.put(trace_of(i), i % 2 == 0);
  EXPECT_EQ(cache.find(trace_of(1)), std::nullopt);
  EXPECT_EQ(cache.find(trace_of(2)), true);
  EXPECT_EQ(cache.find(trace_of(3)), false);
  EXPECT_EQ(cache.find(trace_of(4)), true);
  EXPECT_EQ(cache.size(), 3u);
}

TEST(decision_cache, kept_stays_kept) {
  decision_cache cache(3);
  cache.put(trace_of(1), false);
  cache.put(trace_of(1), true);
  cache.put(trace_of(1), false);
  EXPECT_EQ(cache.find(trace_of(1)), true);
  EXPECT_EQ(cache.size(), 1u);
}

TEST(kept_marks, are_found_for_their_trace_alone) {
  const auto marks = std::make_unique<kept_marks>();
  EXPECT_FALSE(marks->contains(trace_of(1)));
  marks->mark(trace_of(1));
  EXPECT_TRUE(marks->contains(trace_of(1)));
  for (int i = 2; i < 5000; ++i) EXPECT_FALSE(marks->contains(trace_of(i))) << i;
}

TEST(kept_marks, live_for_one_to_two_rotations) {
  const auto marks = std::make_unique<kept_marks>();
  marks->mark(trace_of(1));
  marks->rotate();
  EXPECT_TRUE(marks->contains(trace_of(1)));
  marks->rotate();
  EXPECT_FALSE(marks->contains(trace_of(1)));
}

class book_test : public ::testing::Test {
 protected:
  book_test() {
    limits.spans = 10;
    limits.size.bytes = 100'000;
  }
  trace_book& book() {
    if (!book_) book_ = std::make_unique<trace_book>(sink, limits);
    return *book_;
  }
  bool place(int trace, int spans) {
    std::vector<core::span> all;
    for (int i = 1; i <= spans; ++i) all.push_back(app_span(trace, i, 100));
    auto batch = relayed(all);
    return book().place(trace_of(trace), batch.spans, book().hold(std::move(batch.body)), now);
  }
  ~book_test() override { EXPECT_TRUE(sink.snapshot().balanced()); }

  core::span_sink sink{"test", "0", "i", 100, true};
  trace_hold_config limits;
  core::instant now = core::now();

 private:
  std::unique_ptr<trace_book> book_;
};

TEST_F(book_test, spans_wait_while_their_root_is_in_flight) {
  book().begin(trace_of(1), false);
  EXPECT_EQ(book().look(trace_of(1)), standing::open);
  EXPECT_FALSE(place(1, 3));
  EXPECT_EQ(sink.snapshot().queued, 3u);
  EXPECT_EQ(sink.waiting(), 0u);
}

TEST_F(book_test, a_kept_root_releases_what_waited_and_nothing_else) {
  book().begin(trace_of(1), false);
  book().begin(trace_of(2), false);
  auto batch = relayed({app_span(1, 1, 9), app_span(2, 2, 9), app_span(1, 3, 9)});
  auto body = book().hold(std::move(batch.body));
  EXPECT_FALSE(book().place(trace_of(1), 2, body, now));
  EXPECT_FALSE(book().place(trace_of(2), 1, body, now));
  body.reset();
  book().end(trace_of(1), true);
  EXPECT_EQ(sink.waiting(), 2u);
  const auto out = sink.take(10);
  EXPECT_EQ(core::inspect_export_request(out.body)->spans, 2u);
  book().end(trace_of(2), false);
  EXPECT_EQ(dropped(sink, drop_reason::not_sampled), 1u);
  sink.exported(2);
}

TEST_F(book_test, late_spans_follow_the_decision) {
  book().begin(trace_of(1), false);
  book().end(trace_of(1), true);
  book().begin(trace_of(2), false);
  book().end(trace_of(2), false);
  EXPECT_TRUE(place(1, 2));
  EXPECT_FALSE(place(2, 2));
  EXPECT_EQ(dropped(sink, drop_reason::not_sampled), 2u);
  EXPECT_EQ(book().look(trace_of(1)), standing::kept);
  EXPECT_EQ(book().look(trace_of(2)), standing::dropped);
}

TEST_F(book_test, a_trace_that_never_came_through_us_goes_on) {
  EXPECT_EQ(book().look(trace_of(7)), standing::unknown);
  EXPECT_TRUE(place(7, 1));
}

TEST_F(book_test, a_trace_kept_at_its_head_does_not_wait) {
  book().begin(trace_of(1), true);
  EXPECT_TRUE(place(1, 5));
}

TEST_F(book_test, two_roots_of_one_trace_are_decided_by_the_last_or_the_first_to_keep) {
  for (const bool second : {false, true}) {
    const int n = second ? 2 : 1;
    book().begin(trace_of(n), false);
    book().begin(trace_of(n), false);
    EXPECT_FALSE(place(n, 1));
    book().end(trace_of(n), false);
    EXPECT_EQ(book().look(trace_of(n)), standing::open);
    book().end(trace_of(n), second);
    EXPECT_EQ(book().look(trace_of(n)), second ? standing::kept : standing::dropped);
  }
  EXPECT_EQ(sink.waiting(), 1u);
  EXPECT_EQ(dropped(sink, drop_reason::not_sampled), 1u);
}

TEST_F(book_test, a_later_root_of_a_dropped_trace_is_decided_anew) {
  book().begin(trace_of(1), false);
  book().end(trace_of(1), false);
  book().begin(trace_of(1), false);
  EXPECT_EQ(book().look(trace_of(1)), standing::open);
  EXPECT_FALSE(place(1, 1));
  book().end(trace_of(1), true);
  EXPECT_EQ(sink.waiting(), 1u);
}

TEST_F(book_test, more_than_may_wait_is_dropped_and_booked) {
  book().begin(trace_of(1), false);
  EXPECT_FALSE(place(1, 8));
  EXPECT_FALSE(place(1, 5));
  EXPECT_EQ(dropped(sink, drop_reason::queue_full), 5u);
  EXPECT_FALSE(place(1, 2));
  EXPECT_EQ(sink.snapshot().queued, 10u);
  book().end(trace_of(1), true);
  EXPECT_EQ(sink.waiting(), 10u);
}

TEST_F(book_test, bytes_are_bounded_and_given_back) {
  limits.size.bytes = 1;
  book().begin(trace_of(1), false);
  EXPECT_FALSE(place(1, 1));
  EXPECT_EQ(dropped(sink, drop_reason::queue_full), 1u);
  core::exposition_writer out(core::exposition_format::text);
  book().write_metrics(out);
  const auto text = std::move(out).finish();
  EXPECT_NE(text.find("\nremora_trace_bytes_held 0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("remora_trace_spans_total{outcome=\"overflow\"} 1\n"), std::string::npos);
}

TEST_F(book_test, nothing_waits_longer_than_its_age) {
  book().begin(trace_of(1), false);
  EXPECT_FALSE(place(1, 4));
  book().sweep(now + limits.age);
  EXPECT_EQ(sink.snapshot().queued, 4u);
  book().sweep(now + limits.age + 1ms);
  EXPECT_EQ(dropped(sink, drop_reason::queue_full), 4u);
  book().end(trace_of(1), true);
  EXPECT_EQ(sink.waiting(), 0u);
}

TEST_F(book_test, nothing_waits_once_it_is_closed) {
  book().begin(trace_of(1), false);
  EXPECT_FALSE(place(1, 2));
  book().close();
  EXPECT_EQ(dropped(sink, drop_reason::shutdown), 2u);
  EXPECT_FALSE(place(1, 1));
  EXPECT_EQ(sink.snapshot().queued, 0u);
}

TEST_F(book_test, spans_of_our_own_wait_with_their_trace) {
  book().begin(trace_of(1), false);
  book().offer(app_span(1, 5, 1), true, now);
  EXPECT_EQ(sink.waiting(), 0u);
  book().end(trace_of(1), true);
  EXPECT_EQ(sink.waiting(), 1u);
  book().offer(app_span(1, 6, 1), true, now);
  EXPECT_EQ(sink.waiting(), 2u);
}

TEST_F(book_test, spans_of_our_own_in_no_known_trace_follow_their_flag) {
  book().offer(app_span(3, 1, 9), true, now);
  book().offer(app_span(4, 1, 9), false, now);
  EXPECT_EQ(sink.snapshot().received, 1u);
}

TEST_F(book_test, the_observer_sees_what_is_kept) {
  std::uint64_t seen = 0;
  book().observe([&](std::string_view body) { seen += core::inspect_export_request(body)->spans; });
  book().begin(trace_of(1), false);
  EXPECT_FALSE(place(1, 3));
  EXPECT_EQ(seen, 0u);
  book().end(trace_of(1), true);
  EXPECT_EQ(seen, 3u);
}

TEST_F(book_test, the_ledger_balances_while_threads_decide) {
  limits.spans = 200;
  book();
  std::atomic<bool> done{false};
  const auto decide = [&](int first) {
    for (int i = 0; i < 2000; ++i) {
      const auto trace = trace_of(first + i % 50);
      book().begin(trace, i % 10 == 0);
      book().end(trace, i % 3 == 0);
    }
  };
  std::thread one(decide, 0), two(decide, 25);
  std::thread relay([&] {
    for (int i = 0; !done; i = (i + 1) % 75)
      if (place(i, 3)) sink.accept(relayed({app_span(i, 1, 9), app_span(i, 2, 9)}));
  });
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(sink.snapshot().balanced());
    sink.exported(sink.take(50).spans);
  }
  one.join();
  two.join();
  done = true;
  relay.join();
  book().close();
  EXPECT_EQ(sink.snapshot().queued, sink.waiting());
}

}  // namespace
