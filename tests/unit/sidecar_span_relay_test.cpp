#include "sidecar/relay/span_relay.hpp"

#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "tests/unit/sidecar_relayed_spans.hpp"

namespace {

using namespace sidecar;
using core::drop_reason;
using tests::app_span;
using tests::dropped;
using tests::relayed;
using tests::span_of;
using tests::trace_of;

struct lesson {
  int method;
  std::string path, route;
  friend bool operator==(const lesson&, const lesson&) = default;
};

class span_relay_test : public ::testing::Test {
 protected:
  void use(record_mode mode, bool watch = true) {
    config.record = mode;
    state = std::make_unique<tracing_state>(sink, config, watch);
    relay = std::make_unique<span_relay>(sink, *state, [this](auto method, auto path, auto route) {
      learned.push_back({method, std::string(path), std::string(route)});
    });
  }
  void open_root(int trace, int span, std::string_view path = "/things/7") {
    core::span_context root;
    root.trace = trace_of(trace);
    root.span = span_of(span);
    state->roots.open(root, 2, path, "other");
  }
  ~span_relay_test() override {
    if (state) state->book.close();
    EXPECT_TRUE(sink.snapshot().balanced());
  }
  core::span_sink sink{"test", "0", "i", 20, true};
  tracing_config config;
  std::unique_ptr<tracing_state> state;
  std::unique_ptr<span_relay> relay;
  std::vector<lesson> learned;
};

TEST_F(span_relay_test, sampled_passes_the_body_on_as_it_is) {
  use(record_mode::sampled);
  auto batch = relayed({app_span(1, 1, 9), app_span(2, 2, 9)});
  const auto body = batch.body;
  EXPECT_FALSE(relay->accept(std::move(batch)));
  EXPECT_EQ(sink.take(10).body, body);
}

TEST_F(span_relay_test, a_full_queue_is_told_to_the_sender) {
  use(record_mode::sampled);
  std::vector<core::span> many;
  for (int i = 1; i <= 21; ++i) many.push_back(app_span(1, i, 9));
  EXPECT_EQ(relay->accept(relayed(many)), drop_reason::queue_full);
}

TEST_F(span_relay_test, all_holds_passes_and_drops_by_trace) {
  use(record_mode::all);
  state->book.begin(trace_of(1), false);  // undecided
  state->book.begin(trace_of(2), false);
  state->book.end(trace_of(2), false);  // dropped
  EXPECT_FALSE(relay->accept(
      relayed({app_span(1, 1, 9), app_span(2, 2, 9), app_span(3, 3, 9), app_span(1, 4, 9)})));
  EXPECT_EQ(dropped(sink, drop_reason::not_sampled), 1u);
  EXPECT_EQ(sink.waiting(), 1u);
  EXPECT_EQ(sink.snapshot().queued, 3u);
  state->book.end(trace_of(1), true);
  EXPECT_EQ(sink.waiting(), 3u);
  const auto out = sink.take(10);
  EXPECT_EQ(core::inspect_export_request(out.body)->spans, 3u);
}

TEST_F(span_relay_test, all_passes_a_body_of_the_applications_own_traces_uncut) {
  use(record_mode::all);
  auto batch = relayed({app_span(1, 1, 0), app_span(1, 2, 1)});
  const auto body = batch.body;
  EXPECT_FALSE(relay->accept(std::move(batch)));
  EXPECT_EQ(sink.take(10).body, body);
}

TEST_F(span_relay_test, what_was_dealt_with_in_part_is_not_sent_again) {
  use(record_mode::all);
  state->book.begin(trace_of(1), false);
  std::vector<core::span> many{app_span(1, 1, 9)};
  for (int i = 2; i <= 30; ++i) many.push_back(app_span(5, i, 9));
  EXPECT_FALSE(relay->accept(relayed(many)));
  EXPECT_EQ(dropped(sink, drop_reason::queue_full), 29u);
}

TEST_F(span_relay_test, a_body_that_is_no_request_is_refused_and_booked) {
  for (const auto mode : {record_mode::sampled, record_mode::all}) {
    use(mode);
    EXPECT_EQ(relay->accept({"nonsense", 2}), drop_reason::invalid);
  }
  EXPECT_EQ(dropped(sink, drop_reason::invalid), 4u);
}

TEST_F(span_relay_test, a_route_is_learned_from_the_span_that_continued_the_request) {
  use(record_mode::sampled);
  open_root(1, 9);
  relay->accept(relayed({app_span(1, 1, 9, "/things/{id}")}));
  EXPECT_EQ(learned, (std::vector<lesson>{{2, "/things/7", "/things/{id}"}}));
}

TEST_F(span_relay_test, nothing_is_learned_from_other_spans) {
  use(record_mode::sampled);
  open_root(1, 9);
  auto client = app_span(1, 2, 9, "/things/{id}");
  client.kind = core::span_kind::client;
  relay->accept(relayed(
      {app_span(1, 1, 8, "/grandchild"), client, app_span(2, 3, 9, "/other"), app_span(1, 4, 9)}));
  EXPECT_TRUE(learned.empty());
}

TEST_F(span_relay_test, a_trace_that_the_application_begins_is_counted) {
  use(record_mode::sampled);
  open_root(1, 9);
  relay->accept(relayed({app_span(4, 1, 0), app_span(1, 2, 9), app_span(1, 3, 0)}));
  core::exposition_writer out(core::exposition_format::text);
  state->write_metrics(out);
  const auto text = std::move(out).finish();
  EXPECT_NE(text.find("\nremora_propagation_foreign_roots_total 1\n"), std::string::npos) << text;
}

TEST_F(span_relay_test, without_watching_nothing_is_looked_at) {
  use(record_mode::sampled, false);
  EXPECT_FALSE(relay->accept({"not looked into", 2}));
  EXPECT_EQ(sink.waiting(), 2u);
}

}  // namespace
