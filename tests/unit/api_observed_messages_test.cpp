#include "api/queue/observed_messages.hpp"

#include <gtest/gtest.h>

#include "tests/unit/api_metrics.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;
using samples = std::map<std::string, double>;

const std::string sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const std::string unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

api::queued_message message(std::string id, std::int64_t age_millis, bool synthetic = false) {
  api::queued_message m;
  m.id = std::move(id);
  m.topic = "notes";
  m.message = "{}";
  m.synthetic = synthetic;
  m.accepted_at = std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count() -
                  age_millis;
  return m;
}

class observed_messages : public ::testing::Test {
 protected:
  samples ingested() { return counted(loop.worker(), "remora_sli_ingested_total"); }

  tests::loop loop;
  core::span_sink sink{"test", "0", "0", 100, true};
  api::tracer tracing{loop.worker(), sink};
  api::ingestion_metrics metrics{loop.worker()};
  fake_store table{loop.worker()};
  fake_consumer queue{loop.worker()};
  api::queue_name name{"redis", "remora:messages", "worker"};
  api::observed_message_store store{tracing, table, metrics, name};
  api::observed_consumer consumer{tracing, queue, metrics, name};
};

TEST_F(observed_messages, series_are_there_at_0_from_the_start) {
  const auto found = metrics_of(loop.worker());
  for (const char* synthetic : {"true", "false"})
    for (const char* result : {"good", "bad"})
      EXPECT_EQ(found.at("remora_sli_ingested_total{synthetic=\"" + std::string(synthetic) +
                         "\",result=\"" + result + "\"}"),
                0);
}

TEST_F(observed_messages, what_is_stored_within_five_seconds_is_good_and_later_bad) {
  ASSERT_TRUE(run(loop, store.store({}, {message("a", 0), message("b", 60'000),
                                         message("c", 60'000, true), message("d", -60'000)})));
  EXPECT_EQ(ingested(), (samples{{R"({synthetic="false",result="good"})", 2},
                                 {R"({synthetic="false",result="bad"})", 1},
                                 {R"({synthetic="true",result="bad"})", 1}}));
  const auto found = metrics_of(loop.worker());
  EXPECT_EQ(found.at(R"(remora_ingestion_duration_seconds_count{synthetic="false"})"), 3);
  EXPECT_GE(found.at(R"(remora_ingestion_duration_seconds_sum{synthetic="false"})"), 60);
  EXPECT_EQ(found.at(R"(remora_ingestion_duration_seconds_bucket{synthetic="true",le="30.0"})"), 0);
}

/// A table that has stored some of it before.
class half_known final : public api::message_store {
 public:
  core::task<core::result<std::vector<std::string>>> store(
      api::call_context, std::vector<api::queued_message> batch) override {
    co_return std::vector<std::string>{batch.front().id};
  }
  core::task<core::result<std::int64_t>> count(api::call_context) override {
    co_return std::int64_t{2};
  }
};

TEST_F(observed_messages, what_was_stored_before_is_not_counted_again) {
  half_known table_before;
  api::observed_message_store again(tracing, table_before, metrics, name);
  const auto stored = run(loop, again.store({}, {message("a", 0), message("b", 0)}));
  EXPECT_EQ(stored.value(), std::vector<std::string>{"a"});
  EXPECT_EQ(ingested(), (samples{{R"({synthetic="false",result="good"})", 1}}));
  EXPECT_EQ(run(loop, again.count({})).value(), 2);
}

TEST_F(observed_messages, what_could_not_be_stored_is_not_counted_yet) {
  table.fail_first = 1;
  EXPECT_FALSE(run(loop, store.store({}, {message("a", 60'000)})));
  EXPECT_EQ(ingested(), samples{});
}

TEST_F(observed_messages, a_dead_letter_is_bad_once_it_is_buried) {
  api::dead_letter letter;
  letter.what.message = message("a", 0, true);
  queue.fail_settle = 1;
  EXPECT_FALSE(run(loop, consumer.bury({}, {letter})));
  EXPECT_EQ(ingested(), samples{});
  EXPECT_TRUE(run(loop, consumer.bury({}, {letter})));
  EXPECT_EQ(ingested(), (samples{{R"({synthetic="true",result="bad"})", 1}}));
}

TEST_F(observed_messages, each_message_of_a_recorded_trace_gets_a_span_in_it) {
  auto first = message("a", 0), second = message("b", 0), third = message("c", 0);
  first.traceparent = second.traceparent = sampled;
  third.traceparent = unsampled;
  ASSERT_TRUE(run(loop, store.store({}, {first, second, third, message("d", 0)})));
  // Two CONSUMER spans, and the statement's below the first.
  EXPECT_EQ(sink.snapshot().received, 3u);
  const auto spans = sink.take(10).body;
  EXPECT_NE(spans.find("process remora:messages"), std::string::npos);
  EXPECT_NE(spans.find("messaging.consumer.group.name"), std::string::npos);
}

TEST_F(observed_messages, a_batch_of_no_trace_records_nothing) {
  auto m = message("a", 0);
  m.traceparent = "nonsense";
  ASSERT_TRUE(run(loop, store.store({}, {m})));
  EXPECT_EQ(sink.snapshot().received, 0u);
}

TEST_F(observed_messages, calls_to_the_queue_are_timed_but_not_the_waiting) {
  api::delivery d;
  d.message = message("a", 0);
  queue.fresh = {{d}};
  ASSERT_TRUE(run(loop, consumer.recover({}, 10)));
  const auto got = run(loop, consumer.receive({}, 10));
  ASSERT_EQ(got->size(), 1u);
  ASSERT_TRUE(run(loop, consumer.settle({}, *got)));
  queue.books = api::queue_account{3, 2, 1, 0, std::nullopt};
  EXPECT_EQ(run(loop, consumer.account({}))->pending, 2);
  loop.run(consumer.leave({}));
  EXPECT_TRUE(queue.left);
  EXPECT_EQ(queue.settled, std::vector<std::string>{"a"});
  const auto timed = counted(loop.worker(), "messaging_client_operation_duration_seconds_count");
  EXPECT_EQ(timed,
            (samples{{R"({messaging_system="redis",messaging_operation_name="settle"})", 1},
                     {R"({messaging_system="redis",messaging_operation_name="account"})", 1}}));
}

}  // namespace
