#include "api/queue/observed_producer.hpp"

#include <gtest/gtest.h>

#include "tests/unit/api_metrics.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;
using samples = std::map<std::string, double>;

class observed_producer : public ::testing::Test {
 protected:
  core::result<api::acceptance> enqueue(api::call_context call = {}) {
    api::queued_message m;
    m.id = inner.new_id();
    m.traceparent = "of the request";
    return run(loop, producer.enqueue(std::move(call), m, std::nullopt));
  }

  tests::loop loop;
  core::span_sink sink{"test", "0", "0", 100, true};
  api::tracer tracing{loop.worker(), sink};
  fake_producer inner;
  api::observed_producer producer{tracing, inner, "redis", "remora:messages"};
};

TEST_F(observed_producer, what_is_not_taken_is_counted_by_reason) {
  EXPECT_TRUE(enqueue());
  EXPECT_EQ(counted(loop.worker(), "remora_queue_refusals_total"), samples{});
  for (const core::error_code error :
       {make_error_code(api::queue_errc::full), make_error_code(api::queue_errc::not_durable),
        make_error_code(api::queue_errc::refused), gone(),
        make_error_code(core::errc::timed_out)}) {
    inner.error = error;
    EXPECT_EQ(enqueue().error(), error);
  }
  EXPECT_EQ(counted(loop.worker(), "remora_queue_refusals_total"),
            (samples{{R"({reason="full"})", 1},
                     {R"({reason="not_durable"})", 1},
                     {R"({reason="unavailable"})", 3}}));
}

TEST_F(observed_producer, a_recorded_spans_context_travels_in_the_message) {
  api::call_context call;
  call.parent = *core::parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  ASSERT_TRUE(enqueue(call));
  EXPECT_EQ(sink.snapshot().received, 1u);
  const auto producers = core::parse_traceparent(inner.taken.at(0).traceparent);
  ASSERT_TRUE(producers);
  EXPECT_EQ(producers->trace, call.parent.trace);
  EXPECT_NE(producers->span, call.parent.span);
}

TEST_F(observed_producer, without_a_recorded_span_the_message_keeps_what_it_had) {
  ASSERT_TRUE(enqueue());
  EXPECT_EQ(inner.taken.at(0).traceparent, "of the request");
  EXPECT_EQ(sink.snapshot().received, 0u);
}

TEST_F(observed_producer, calls_are_timed_and_are_part_of_the_requests_time) {
  api::time_spent spent;
  api::call_context call;
  call.spent = &spent;
  ASSERT_TRUE(enqueue(call));
  EXPECT_TRUE(spent.of(api::dependency::queue).asked);
  EXPECT_FALSE(spent.of(api::dependency::cache).asked);
  ASSERT_TRUE(run(loop, producer.find(call, "x")));
  const auto found = metrics_of(loop.worker());
  for (const char* name : {"send", "find"})
    EXPECT_EQ(
        found.at("messaging_client_operation_duration_seconds_count{messaging_system=\"redis\","
                 "messaging_operation_name=\"" +
                 std::string(name) + "\"}"),
        1)
        << name;
}

TEST_F(observed_producer, ids_and_checks_are_the_queues_own) {
  EXPECT_TRUE(api::is_uuid(producer.new_id()));
  EXPECT_TRUE(run(loop, producer.check(core::deadline::never())));
  inner.error = api::queue_errc::not_durable;
  EXPECT_EQ(run(loop, producer.check(core::deadline::never())).error(),
            api::queue_errc::not_durable);
}

}  // namespace
