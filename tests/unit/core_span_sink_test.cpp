#include "core/span_sink.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "core/exposition.hpp"
#include "core/otlp_encode.hpp"

namespace {

using core::drop_reason;
using core::span_sink;

core::span a_span() {
  core::span s;
  s.context.trace.bytes.fill(1);
  s.context.span.bytes.fill(2);
  s.name = "GET";
  return s;
}

core::span_batch a_batch(std::uint64_t spans) {
  const std::vector<core::span> list(spans, a_span());
  return {core::encode_export_request(core::encode_resource("app", "1", "a"), list), spans};
}

span_sink sink_of(std::size_t limit) {
  return span_sink("service", "1", "instance", limit, true);
}

std::uint64_t dropped(const core::span_ledger& ledger, drop_reason reason) {
  return ledger.dropped[static_cast<int>(reason)];
}

TEST(span_sink, a_span_is_queued_until_it_is_exported) {
  auto sink = sink_of(10);
  EXPECT_EQ(sink.accept(a_span()), std::nullopt);
  EXPECT_EQ(sink.waiting(), 1u);
  EXPECT_EQ(sink.snapshot().queued, 1u);

  const auto batch = sink.take(10);
  EXPECT_EQ(batch.spans, 1u);
  EXPECT_EQ(core::inspect_export_request(batch.body)->spans, 1u);
  EXPECT_EQ(sink.waiting(), 0u);
  EXPECT_EQ(sink.snapshot().queued, 1u) << "taken, but not yet acknowledged";

  sink.exported(1);
  EXPECT_EQ(sink.snapshot().queued, 0u);
  EXPECT_EQ(sink.snapshot().exported, 1u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, spans_in_flight_count_for_the_limit) {
  auto sink = sink_of(2);
  sink.accept(a_span());
  sink.accept(a_span());
  sink.take(2);
  EXPECT_EQ(sink.accept(a_span()), drop_reason::queue_full);
  sink.dropped(2, drop_reason::unreachable);
  EXPECT_EQ(sink.accept(a_span()), std::nullopt);
  const auto ledger = sink.snapshot();
  EXPECT_EQ(ledger.received, 4u);
  EXPECT_EQ(dropped(ledger, drop_reason::queue_full), 1u);
  EXPECT_EQ(dropped(ledger, drop_reason::unreachable), 2u);
  EXPECT_TRUE(ledger.balanced());
}

TEST(span_sink, a_batch_is_taken_or_dropped_whole) {
  auto sink = sink_of(10);
  EXPECT_EQ(sink.accept(a_batch(8)), std::nullopt);
  EXPECT_EQ(sink.accept(a_batch(3)), drop_reason::queue_full);
  EXPECT_EQ(sink.accept(a_batch(11)), drop_reason::queue_full);
  EXPECT_EQ(sink.accept(a_batch(2)), std::nullopt);
  EXPECT_EQ(sink.snapshot().queued, 10u);
  EXPECT_EQ(dropped(sink.snapshot(), drop_reason::queue_full), 14u);
}

TEST(span_sink, without_a_backend_everything_is_dropped_and_counted) {
  span_sink sink("service", "1", "instance", 10, false);
  EXPECT_EQ(sink.accept(a_span()), drop_reason::no_backend);
  EXPECT_EQ(sink.accept(a_batch(5)), drop_reason::no_backend);
  EXPECT_EQ(sink.take(10).spans, 0u);
  EXPECT_EQ(sink.take(10).body, "");
  EXPECT_EQ(dropped(sink.snapshot(), drop_reason::no_backend), 6u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, a_span_without_ids_is_invalid) {
  auto sink = sink_of(10);
  auto s = a_span();
  s.context.span = {};
  EXPECT_EQ(sink.accept(std::move(s)), drop_reason::invalid);
  EXPECT_EQ(sink.accept(core::span()), drop_reason::invalid);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, refused_spans_are_received_and_dropped) {
  auto sink = sink_of(10);
  sink.refuse(7, drop_reason::invalid);
  EXPECT_EQ(sink.snapshot().received, 7u);
  EXPECT_EQ(dropped(sink.snapshot(), drop_reason::invalid), 7u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, own_and_relayed_spans_leave_in_one_request) {
  auto sink = sink_of(100);
  sink.accept(a_span());
  sink.accept(a_batch(3));
  sink.accept(a_batch(4));
  const auto batch = sink.take(100);
  EXPECT_EQ(batch.spans, 8u);
  EXPECT_EQ(core::inspect_export_request(batch.body)->spans, 8u);
}

TEST(span_sink, own_spans_do_not_starve_relayed_ones) {
  auto sink = sink_of(100);
  for (int i = 0; i < 20; ++i) sink.accept(a_span());
  sink.accept(a_batch(5));
  sink.accept(a_batch(5));
  EXPECT_EQ(sink.take(10).spans, 15u);
  EXPECT_EQ(sink.take(10).spans, 15u);
  EXPECT_EQ(sink.waiting(), 0u);
}

TEST(span_sink, a_relayed_batch_larger_than_asked_for_still_leaves) {
  auto sink = sink_of(100);
  sink.accept(a_batch(50));
  EXPECT_EQ(sink.take(10).spans, 50u);
}

TEST(span_sink, held_spans_are_queued_and_take_no_room) {
  auto sink = sink_of(2);
  sink.hold(50);
  EXPECT_EQ(sink.snapshot().received, 50u);
  EXPECT_EQ(sink.snapshot().queued, 50u);
  EXPECT_EQ(sink.waiting(), 0u);
  EXPECT_FALSE(sink.accept(a_batch(2)));
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, released_spans_are_received_once) {
  auto sink = sink_of(10);
  sink.hold(4);
  EXPECT_FALSE(sink.release(a_batch(3)));
  EXPECT_FALSE(sink.release(a_span()));
  EXPECT_EQ(sink.snapshot().received, 4u);
  EXPECT_EQ(sink.waiting(), 4u);
  EXPECT_EQ(sink.take(10).spans, 4u);
}

TEST(span_sink, a_release_into_a_full_queue_is_a_drop) {
  auto sink = sink_of(3);
  sink.hold(5);
  EXPECT_FALSE(sink.release(a_batch(3)));
  EXPECT_EQ(sink.release(a_batch(2)), drop_reason::queue_full);
  EXPECT_EQ(sink.snapshot().queued, 3u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, discarded_spans_were_not_sampled) {
  auto sink = sink_of(3);
  sink.hold(5);
  sink.discard(5, drop_reason::not_sampled);
  EXPECT_EQ(sink.snapshot().received, 5u);
  EXPECT_EQ(sink.snapshot().queued, 0u);
  EXPECT_EQ(dropped(sink.snapshot(), drop_reason::not_sampled), 5u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, the_books_balance_while_threads_write) {
  auto sink = sink_of(500);
  const auto produce = [&sink] {
    for (int i = 0; i < 2000; ++i) sink.accept(a_span());
  };
  std::thread first(produce), second(produce);
  for (int i = 0; i < 200; ++i) {
    const auto batch = sink.take(64);
    EXPECT_TRUE(sink.snapshot().balanced());
    sink.dropped(batch.spans / 2, drop_reason::rejected);
    sink.exported(batch.spans - batch.spans / 2);
  }
  first.join();
  second.join();
  const auto ledger = sink.snapshot();
  EXPECT_TRUE(ledger.balanced());
  EXPECT_EQ(ledger.received, 4000u);
  EXPECT_EQ(ledger.queued, sink.waiting());
}

TEST(span_sink, metrics_are_the_ledger) {
  auto sink = sink_of(2);
  sink.accept(a_batch(2));
  sink.accept(a_span());
  core::exposition_writer out(core::exposition_format::text);
  sink.write_metrics(out);
  const auto text = std::move(out).finish();
  for (const char* line :
       {"\nremora_spans_received_total 3\n", "\nremora_spans_recovered_total 0\n",
        "\nremora_spans_exported_total 0\n", "\nremora_spans_queued 2\n",
        "\nremora_spans_spooled 0\n", "\nremora_spans_dropped_total{reason=\"queue_full\"} 1\n",
        "\nremora_spans_dropped_total{reason=\"rejected\"} 0\n",
        "\nremora_spans_dropped_total{reason=\"retry_exhausted\"} 0\n",
        "\nremora_spans_dropped_total{reason=\"unreachable\"} 0\n",
        "\nremora_spans_dropped_total{reason=\"no_backend\"} 0\n",
        "\nremora_spans_dropped_total{reason=\"invalid\"} 0\n",
        "\nremora_spans_dropped_total{reason=\"shutdown\"} 0\n",
        "\nremora_spans_dropped_total{reason=\"not_sampled\"} 0\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
}

}  // namespace
