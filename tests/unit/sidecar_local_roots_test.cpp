#include "sidecar/relay/local_roots.hpp"

#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "tests/unit/sidecar_relayed_spans.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;
using tests::span_of;
using tests::trace_of;

class roots_test : public ::testing::Test {
 protected:
  core::span_context request(int n, std::string_view route = "/r") {
    core::span_context root;
    root.trace = trace_of(n);
    root.span = span_of(n);
    roots.open(root, 1, "/r/" + std::to_string(n), route);
    return root;
  }
  void finish(const core::span_context& root) { roots.close(root, start); }
  std::string judged() {
    roots.sweep(start + local_roots::grace);
    core::exposition_writer out(core::exposition_format::text);
    roots.write_metrics(out);
    return std::move(out).finish();
  }
  static std::string line(const char* result, int n, const char* route = "/r") {
    return std::string("remora_propagation_requests_total{route=\"") + route + "\",result=\"" +
           result + "\"} " + std::to_string(n) + "\n";
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  local_roots roots{16 * 4};
  core::instant start = core::now();
};

TEST_F(roots_test, a_declared_route_is_there_at_zero) {
  roots.declare("/r");
  const auto text = judged();
  for (const char* result : {"continued", "no_spans", "no_context"})
    EXPECT_TRUE(has(text, line(result, 0))) << text;
}

TEST_F(roots_test, a_child_of_our_span_continues_it) {
  const auto root = request(1);
  const auto parent = roots.saw(root.trace, root.span);
  ASSERT_TRUE(parent);
  EXPECT_EQ(parent->method, 1);
  EXPECT_EQ(parent->path, "/r/1");
  finish(root);
  EXPECT_TRUE(has(judged(), line("continued", 1)));
  EXPECT_EQ(roots.size(), 0u);
}

TEST_F(roots_test, a_call_in_the_trace_continues_it) {
  const auto root = request(1);
  roots.called(root.trace);
  finish(root);
  EXPECT_TRUE(has(judged(), line("continued", 1)));
}

TEST_F(roots_test, spans_that_are_no_children_lost_the_context) {
  const auto root = request(1);
  EXPECT_FALSE(roots.saw(root.trace, span_of(77)));
  finish(root);
  EXPECT_TRUE(has(judged(), line("no_context", 1)));
}

TEST_F(roots_test, silence_is_judged_only_when_other_spans_came_afterwards) {
  finish(request(1));
  auto text = judged();
  EXPECT_FALSE(has(text, "no_spans\"} 1")) << text;
  finish(request(2));
  roots.spans_came(start + 1s);
  EXPECT_TRUE(has(judged(), line("no_spans", 1)));
}

TEST_F(roots_test, nothing_is_judged_in_flight_or_before_its_grace) {
  const auto root = request(1);
  roots.spans_came(start + 1s);
  roots.sweep(start + 1h);
  EXPECT_EQ(roots.size(), 1u);
  finish(root);
  roots.sweep(start + local_roots::grace - 1ms);
  EXPECT_EQ(roots.size(), 1u);
}

TEST_F(roots_test, two_requests_of_one_trace_are_told_apart) {
  auto first = request(1), second = first;
  second.span = span_of(2);
  roots.open(second, 3, "/other", "/other");
  EXPECT_EQ(roots.saw(first.trace, second.span)->path, "/other");
  finish(first);
  finish(second);
  const auto text = judged();
  EXPECT_TRUE(has(text, line("no_context", 1))) << text;
  EXPECT_TRUE(has(text, line("continued", 1, "/other"))) << text;
}

TEST_F(roots_test, it_is_bounded) {
  for (int i = 0; i < 1000; ++i) request(i);
  EXPECT_LE(roots.size(), 64u);
  EXPECT_GT(roots.size(), 32u);
}

TEST_F(roots_test, a_path_too_long_to_keep_is_not_cut) {
  core::span_context root;
  root.trace = trace_of(1);
  root.span = span_of(1);
  roots.open(root, 1, std::string(5000, 'a'), "/r");
  EXPECT_EQ(roots.saw(root.trace, root.span)->path, "");
}

}  // namespace
