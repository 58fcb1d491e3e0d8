// The last traces: what the ring keeps, what is read out of it, and how it is shown.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

#include "core/exposition.hpp"
#include "core/otlp_encode.hpp"
#include "sidecar/pages/trace_view.hpp"
#include "sidecar/relay/trace_ring.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

core::span make(std::uint8_t trace, std::uint8_t id, std::uint8_t parent = 0) {
  core::span s;
  s.context.trace.bytes.fill(trace);
  s.context.span.bytes.fill(id);
  if (parent) s.parent.bytes.fill(parent);
  s.kind = parent ? core::span_kind::internal : core::span_kind::server;
  s.name = "span " + std::to_string(id);
  s.start = 1'000'000'000'000ull + id * 1'000'000ull;
  s.end = s.start + 5'000'000;
  return s;
}
const std::string resource = core::encode_resource("shop \"1\"", "1", "i");
std::string body_of(std::vector<core::span> spans) {
  return core::encode_export_request(resource, spans);
}
core::trace_id id_of(std::uint8_t trace) {
  return make(trace, 1).context.trace;
}
std::string metrics(const trace_ring& ring) {
  core::exposition_writer out(core::exposition_format::text);
  ring.write_metrics(out);
  return std::move(out).finish();
}

TEST(otlp_spans, reads_what_a_request_says) {
  auto s = make(7, 2, 1);
  s.attributes = {
      {"text", std::string("a \"b\"\n")}, {"n", std::int64_t{-3}}, {"x", 0.5}, {"yes", true}};
  s.error = true;
  s.error_message = "no";
  const auto got = read_otlp_spans(body_of({make(7, 1), s}));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].kind, 2);
  EXPECT_EQ(got[0].service, "shop \"1\"");
  EXPECT_FALSE(got[0].parent);
  EXPECT_EQ(got[1].trace, id_of(7));
  EXPECT_EQ(got[1].parent, make(7, 1).context.span);
  EXPECT_EQ(got[1].name, "span 2");
  EXPECT_EQ(got[1].end - got[1].start, 5'000'000u);
  EXPECT_EQ(got[1].attribute("text"), R"("a \"b\"\n")");
  EXPECT_EQ(got[1].attribute("n"), "-3");
  EXPECT_EQ(got[1].attribute("x"), "0.5");
  EXPECT_EQ(got[1].attribute("yes"), "true");
  EXPECT_EQ(got[1].attribute("none"), "");
  EXPECT_TRUE(got[1].error);
  EXPECT_EQ(got[1].error_message, "no");
}

TEST(otlp_spans, reads_events_and_values_within_values) {
  // attributes {"list": [1, {"k": bytes}]} and an event, as another encoder writes them.
  const auto field = [](int tag, const std::string& content) {
    return std::string{static_cast<char>(tag << 3 | 2), static_cast<char>(content.size())} +
           content;
  };
  const std::string one{3 << 3, 1};
  const std::string blob = field(7, "abc");
  const std::string map = field(6, field(1, field(1, "k") + field(2, blob)));
  const std::string list = field(5, field(1, one) + field(1, map));
  const std::string attribute = field(1, "list") + field(2, list);
  const std::string event = field(2, "exception") + field(3, attribute);
  const std::string span = field(1, std::string(16, 'a')) + field(2, std::string(8, 'b')) +
                           field(5, "n") + field(9, attribute) + field(11, event);
  const auto got = read_otlp_spans(field(1, field(2, field(2, span))));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].attribute("list"), R"([1,{"k":"3 bytes"}])");
  ASSERT_EQ(got[0].events.size(), 1u);
  EXPECT_EQ(got[0].events[0].name, "exception");
  EXPECT_EQ(got[0].events[0].attributes.size(), 1u);
  EXPECT_NO_THROW(boost::json::parse(trace_json(got)));
}

TEST(otlp_spans, of_a_cut_body_the_whole_spans_are_read) {
  const auto body = body_of({make(7, 1), make(8, 2, 1)});
  for (std::size_t n = 0; n < body.size(); ++n) {
    EXPECT_LT(read_otlp_spans(body.substr(0, n)).size(), 2u) << n;
    EXPECT_LE(trace_ids_of(body.substr(0, n)).size(), 2u);
  }
  EXPECT_EQ(trace_ids_of(body).size(), 2u);
  EXPECT_EQ(trace_ids_of(body_of({make(7, 1), make(8, 2), make(7, 3)})).size(), 2u);
}

TEST(trace_ring, keeps_spans_of_ours_and_of_the_application_by_trace) {
  trace_ring ring(resource, 1 << 20, 10);
  ring.add(make(1, 1));
  ring.add(std::string_view(body_of({make(1, 2, 1), make(2, 3)})));
  const auto kept = ring.snapshot();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].id, id_of(2));  // newest first
  EXPECT_EQ(ring.find(id_of(1)).size(), 2u);
  EXPECT_TRUE(ring.find(id_of(9)).empty());
  ring.add(std::string_view("no request"));
  EXPECT_EQ(ring.snapshot().size(), 2u);
}

TEST(trace_ring, the_oldest_trace_makes_room) {
  trace_ring ring(resource, 1 << 20, 3);
  for (std::uint8_t t = 1; t <= 5; ++t) ring.add(make(t, 1));
  const auto kept = ring.snapshot();
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept.back().id, id_of(3));
  EXPECT_NE(metrics(ring).find("remora_trace_ring_evicted_total 2\n"), std::string::npos);
}

TEST(trace_ring, its_bytes_are_bounded_and_balance) {
  const std::string shared = body_of({make(1, 1), make(2, 2)});
  trace_ring ring(resource, 4 * (shared.size() + 160), 1000);
  for (std::uint8_t t = 1; t < 200; ++t) {
    ring.add(std::string_view(body_of({make(t, 1), make(static_cast<std::uint8_t>(t + 1), 2)})));
    std::size_t bytes = 0;
    std::vector<const std::string*> seen;
    for (const auto& trace : ring.snapshot())
      for (const auto& b : trace.bodies)
        if (std::find(seen.begin(), seen.end(), b.get()) == seen.end()) {
          seen.push_back(b.get());
          bytes += b->size() + 160;
        }
    EXPECT_LE(bytes, 4 * (shared.size() + 160));
    EXPECT_NE(metrics(ring).find("remora_trace_ring_bytes " + std::to_string(bytes) + "\n"),
              std::string::npos);
  }
  ring.add(std::string_view(body_of(std::vector<core::span>(500, make(1, 1)))));
  EXPECT_NE(metrics(ring).find("remora_trace_ring_refused_total 1\n"), std::string::npos);
}

TEST(trace_ring, threads_may_add_while_it_is_read) {
  trace_ring ring(resource, 1 << 16, 20);
  std::vector<std::thread> threads;
  for (std::uint8_t t = 0; t < 3; ++t)
    threads.emplace_back([&ring, t] {
      for (int i = 0; i < 2000; ++i) ring.add(make(static_cast<std::uint8_t>(1 + i % 50), t + 1));
    });
  for (int i = 0; i < 200; ++i) EXPECT_LE(ring.snapshot().size(), 20u);
  for (auto& t : threads) t.join();
}

TEST(trace_view, a_summary_is_of_the_servers_root) {
  auto client = make(1, 9, 5);  // its parent is another service's, and it is not here
  client.kind = core::span_kind::client;
  client.start = 999'000'000'000ull;
  auto root = make(1, 1);
  root.parent.bytes.fill(77);
  root.name = "GET /a/{b}";
  root.attributes = {{"http.request.method", std::string("GET")},
                     {"http.route", std::string("/a/{b}")},
                     {"http.response.status_code", std::int64_t{503}},
                     {"user_agent.synthetic.type", std::string("test")}};
  auto child = make(1, 2, 1);
  child.error = true;
  const auto s = summarize(read_otlp_spans(body_of({client, child, root})));
  EXPECT_EQ(s.name, "GET /a/{b}");
  EXPECT_EQ(s.route, "/a/{b}");
  EXPECT_EQ(s.method, "GET");
  EXPECT_EQ(s.status, 503);
  EXPECT_TRUE(s.error);
  EXPECT_TRUE(s.synthetic);
  EXPECT_EQ(s.spans, 3u);
  EXPECT_EQ(s.start, 999'000'000'000ull);
  EXPECT_EQ(s.duration, 1'014'000'000u);
}

TEST(trace_view, spans_are_below_their_parents_in_order_of_their_start) {
  const auto spans = read_otlp_spans(
      body_of({make(1, 4, 2), make(1, 3, 1), make(1, 2, 1), make(1, 1), make(1, 8, 7)}));
  std::string order;
  for (const auto& p : arrange(spans))
    order += p.span->name.substr(5) + "@" + std::to_string(p.depth) + (p.orphan ? "! " : " ");
  EXPECT_EQ(order, "1@0 2@1 4@2 3@1 8@0! ");
}

TEST(trace_view, circles_and_doubles_are_shown_once) {
  const auto spans = read_otlp_spans(body_of({make(1, 1, 2), make(1, 2, 1), make(1, 1, 2)}));
  EXPECT_EQ(arrange(spans).size(), 3u);
  EXPECT_EQ(summarize(spans).spans, 3u);
  const auto self = read_otlp_spans(body_of({make(1, 1, 1)}));
  EXPECT_EQ(arrange(self).size(), 1u);
}

TEST(trace_view, json_of_any_span_is_json) {
  auto s = make(1, 1);
  s.name = "\"\\\n\x01";
  s.attributes = {{"\"", std::string("\x02")}, {"nan", std::nan("")}};
  const auto spans = read_otlp_spans(body_of({s}));
  const auto one = boost::json::parse(trace_json(spans)).as_object();
  EXPECT_EQ(one.at("spans").as_array()[0].at("name").as_string(), "\"\\\n\x01");
  const auto list = boost::json::parse(list_json({summarize(spans)}, 4)).as_object();
  EXPECT_EQ(list.at("kept"), 4);
  EXPECT_EQ(list.at("traces").as_array()[0].at("services").as_array()[0], "shop \"1\"");
}

struct filter_case {
  const char* name;
  const char* key;
  const char* value;
  bool shown;
};
class trace_filter_shows : public ::testing::TestWithParam<filter_case> {};
TEST_P(trace_filter_shows, what_it_says) {
  trace_summary t;
  t.id = id_of(0xAB);
  t.route = "/a";
  t.status = 404;
  t.duration = 250'000'000;
  trace_filter filter;
  std::string wrong;
  ASSERT_TRUE(set_filter(filter, GetParam().key, GetParam().value, wrong)) << wrong;
  EXPECT_EQ(filter.shows(t), GetParam().shown);
}
INSTANTIATE_TEST_SUITE_P(filters, trace_filter_shows,
                         ::testing::Values(filter_case{"route", "route", "/a", true},
                                           filter_case{"other_route", "route", "/", false},
                                           filter_case{"status", "status", "404", true},
                                           filter_case{"other_status", "status", "400", false},
                                           filter_case{"status_class", "status", "4xx", true},
                                           filter_case{"other_class", "status", "5xx", false},
                                           filter_case{"short_enough", "min_duration", "250ms",
                                                       true},
                                           filter_case{"too_short", "min_duration", "251ms", false},
                                           filter_case{"id", "trace_id", "abab", true},
                                           filter_case{"other_id", "trace_id", "abac", false},
                                           filter_case{"errors", "errors", "true", false},
                                           filter_case{"no_errors", "errors", "false", true}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(trace_filter, what_is_no_filter_is_refused_with_what_would_be) {
  const std::pair<const char*, const char*> bad[] = {
      {"status", "40"},    {"status", "600"},   {"status", "x4x"},      {"min_duration", "fast"},
      {"trace_id", "XYZ"}, {"errors", "maybe"}, {"limit", "0"},         {"limit", "1001"},
      {"limit", "10 "},    {"limit", "-1"},     {"trace_id", "ABCDEF"}, {"status", "4x4"}};
  for (const auto& [key, value] : bad) {
    trace_filter filter;
    std::string wrong;
    EXPECT_FALSE(set_filter(filter, key, value, wrong)) << key << "=" << value;
    EXPECT_NE(wrong.find(std::string(key) + "=" + value + " is no filter; "), std::string::npos);
  }
}

}  // namespace
