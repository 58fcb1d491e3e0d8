#include "sidecar/relay/otlp_splice.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "core/otlp_encode.hpp"

namespace {

using namespace std::string_literals;

/// A length-delimited field by its number; contents shorter than 16 KB.
std::string part(int field, const std::string& content) {
  std::string out(1, static_cast<char>(field << 3 | 2));
  auto size = content.size();
  for (; size > 127; size >>= 7) out.push_back(static_cast<char>(size | 0x80));
  out.push_back(static_cast<char>(size));
  return out + content;
}

std::string ids(char trace, char span) {
  return part(1, std::string(16, trace)) + part(2, std::string(8, span));
}

std::string attribute(const std::string& key, const std::string& value) {
  return part(1, key) + part(2, part(1, value));
}

std::string resource(const std::string& service) {
  return part(1, part(1, attribute("service.name", service)));
}

const std::string unknown = part(15, "kept as it is");
const std::string scope = part(1, part(1, "library"));
const std::string schema = part(3, "https://example.org/schema");

std::string span_field(char trace, char span) {
  return part(2, ids(trace, span) + part(5, "work"));
}
/// Two resources; the second has its scopes before its Resource and two scopes.
std::string request() {
  const auto first =
      part(1, resource("a") +
                  part(2, scope + span_field('1', 'a') + span_field('2', 'b') + schema) + schema);
  const auto second = part(1, part(2, span_field('1', 'c') + unknown + span_field('1', 'd')) +
                                  part(2, scope + span_field('2', 'e')) + unknown + resource("b"));
  return first + second;
}

char first_byte(const core::trace_id& id) {
  return static_cast<char>(id.bytes[0]);
}
char first_byte(const core::span_id& id) {
  return static_cast<char>(id.bytes[0]);
}

std::string spans_of(std::string_view body) {
  std::string seen;
  const auto count =
      sidecar::visit_spans(body, [&](const sidecar::span_view& s) { seen += first_byte(s.span); });
  EXPECT_TRUE(count && *count == seen.size());
  return seen;
}

auto of_trace(char trace) {
  return [trace](const sidecar::span_view& s) { return first_byte(s.trace) == trace; };
}
constexpr auto all = [](const sidecar::span_view&) { return true; };

/// Whatever a body is cut to, reading it stays inside.
std::unique_ptr<char[]> cut(const std::string& body, std::size_t size) {
  std::unique_ptr<char[]> copy(new char[size]);
  body.copy(copy.get(), size);
  return copy;
}

sidecar::span_view only_span(const std::string& fields,
                             sidecar::span_detail detail = sidecar::span_detail::none) {
  sidecar::span_view seen;
  const auto body = part(1, part(2, part(2, fields)));
  const auto count = sidecar::visit_spans(
      body,
      [&](const sidecar::span_view& s) {
        seen = s;
        EXPECT_EQ(s.bytes, fields);
        seen.bytes = {};
        seen.name = seen.http_route = {};  // views into what is gone afterwards
      },
      detail);
  EXPECT_TRUE(count && *count == 1);
  return seen;
}

std::string route_of(const std::string& fields, sidecar::span_detail detail) {
  std::string route = "not visited";
  const auto body = part(1, part(2, part(2, fields)));
  EXPECT_TRUE(sidecar::visit_spans(
      body, [&](const sidecar::span_view& s) { route = s.http_route; }, detail));
  return route;
}

TEST(visit_spans, reads_what_was_encoded) {
  core::span s;
  s.context.trace.bytes.fill(0x11);
  s.context.span.bytes.fill(0x22);
  s.parent.bytes.fill(0x33);
  s.kind = core::span_kind::client;
  s.name = "GET /things";
  s.start = 123;
  s.end = 0xffffffffffffffff;
  s.error = true;
  s.attributes = {{"http.method", "GET"s}, {"http.route", "/things/{id}"s}, {"n", std::int64_t{1}}};
  const auto body = core::encode_export_request(core::encode_resource("a", "b", "c"), {&s, 1});
  int visited = 0;
  const auto count = sidecar::visit_spans(
      body,
      [&](const sidecar::span_view& seen) {
        ++visited;
        EXPECT_EQ(seen.trace, s.context.trace);
        EXPECT_EQ(seen.span, s.context.span);
        EXPECT_EQ(seen.parent, s.parent);
        EXPECT_EQ(seen.kind, s.kind);
        EXPECT_EQ(seen.name, s.name);
        EXPECT_EQ(seen.start, s.start);
        EXPECT_EQ(seen.end, s.end);
        EXPECT_TRUE(seen.error);
        EXPECT_EQ(seen.http_route, "/things/{id}");
        EXPECT_TRUE(seen.valid());
      },
      sidecar::span_detail::http_route);
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 1u);
  EXPECT_EQ(visited, 1);
}

TEST(visit_spans, visits_in_the_order_of_the_body) {
  EXPECT_EQ(spans_of(request()), "abcde");
  EXPECT_EQ(spans_of(request() + request()), "abcdeabcde") << "requests concatenate";
  EXPECT_EQ(spans_of(""), "");
}

TEST(visit_spans, ids_of_the_wrong_length_are_none) {
  EXPECT_FALSE(only_span(part(1, std::string(15, '1')) + part(2, std::string(8, '2'))).valid());
  EXPECT_FALSE(only_span(part(1, std::string(16, '1')) + part(2, std::string(9, '2'))).valid());
  EXPECT_FALSE(only_span(part(1, std::string(16, '\0')) + part(2, std::string(8, '2'))).valid());
  EXPECT_FALSE(only_span("").valid());
  EXPECT_FALSE(only_span(ids('1', '2') + part(4, "short")).parent);
  EXPECT_TRUE(only_span(ids('1', '2')).valid());
}

TEST(visit_spans, unknown_kinds_are_internal) {
  EXPECT_EQ(only_span("\x30\x02").kind, core::span_kind::server);
  EXPECT_EQ(only_span("\x30\x05").kind, core::span_kind::consumer);
  EXPECT_EQ(only_span("\x30\x06").kind, core::span_kind::internal);
  EXPECT_EQ(only_span("\x30"s + '\0').kind, core::span_kind::internal);
  EXPECT_EQ(only_span("").kind, core::span_kind::internal);
}

TEST(visit_spans, only_the_status_error_is_an_error) {
  EXPECT_TRUE(only_span(part(15, "\x18\x02")).error);
  EXPECT_FALSE(only_span(part(15, "\x18\x01")).error);
  EXPECT_FALSE(only_span(part(15, part(2, "message"))).error);
}

TEST(visit_spans, the_route_is_read_only_when_asked_for) {
  using enum sidecar::span_detail;
  const auto with = ids('1', '2') + part(9, attribute("http.route", "/a"));
  EXPECT_EQ(route_of(with, http_route), "/a");
  EXPECT_EQ(route_of(with, none), "");
  EXPECT_EQ(route_of(part(9, attribute("url.path", "http.route")), http_route), "");
  EXPECT_EQ(route_of(part(9, part(2, part(1, "/v")) + part(1, "http.route")), http_route), "/v")
      << "the value may come first";
  EXPECT_EQ(route_of(part(9, part(1, "http.route") + part(2, "\x18\x01")), http_route), "")
      << "a number is no route";
  EXPECT_EQ(route_of(part(9, "\x0a\x7fhttp.route"), http_route), "") << "malformed inside";
}

TEST(visit_spans, refuses_every_prefix_that_is_not_whole_resources) {
  const auto body = request();
  const auto whole =
      body.size() - part(1, part(2, span_field('1', 'c') + unknown + span_field('1', 'd')) +
                                part(2, scope + span_field('2', 'e')) + unknown + resource("b"))
                        .size();
  for (std::size_t n = 0; n < body.size(); ++n) {
    const auto copy = cut(body, n);
    const auto count = sidecar::visit_spans({copy.get(), n}, [](const sidecar::span_view&) {});
    ASSERT_EQ(count.has_value(), n == 0 || n == whole) << n;
    const auto spliced = sidecar::splice({copy.get(), n}, all, part(1, attribute("k", "v")));
    ASSERT_EQ(spliced.has_value(), n == 0 || n == whole) << n;
    if (!count) {
      EXPECT_EQ(count.error(), make_error_code(core::errc::malformed));
    }
  }
}

TEST(visit_spans, what_the_visitor_throws_passes_through) {
  EXPECT_THROW((void)sidecar::visit_spans(
                   request(), [](const sidecar::span_view&) { throw std::out_of_range("x"); }),
               std::out_of_range);
}

TEST(splice, keeping_all_changes_nothing) {
  EXPECT_EQ(*sidecar::splice(request(), all), request());
}

TEST(splice, keeping_nothing_is_empty) {
  EXPECT_EQ(*sidecar::splice(request(), [](const auto&) { return false; }), "");
  EXPECT_EQ(*sidecar::splice(
                request(), [](const auto&) { return false; }, part(1, attribute("k", "v"))),
            "");
}

TEST(splice, keeps_the_spans_of_one_trace_with_all_that_is_around_them) {
  const auto first =
      part(1, resource("a") + part(2, scope + span_field('1', 'a') + schema) + schema);
  const auto second = part(
      1, part(2, span_field('1', 'c') + unknown + span_field('1', 'd')) + unknown + resource("b"));
  EXPECT_EQ(*sidecar::splice(request(), of_trace('1')), first + second);
}

TEST(splice, resources_and_scopes_without_a_span_left_are_left_out) {
  const auto only = [](char span) {
    return [span](const sidecar::span_view& s) { return first_byte(s.span) == span; };
  };
  EXPECT_EQ(*sidecar::splice(request(), only('e')),
            part(1, part(2, scope + span_field('2', 'e')) + unknown + resource("b")));
  const auto hollow = part(1, resource("a") + part(2, scope));
  EXPECT_EQ(*sidecar::splice(hollow + request(), all), request());
}

TEST(splice, lengths_grow_with_their_messages) {
  std::string spans;
  for (int i = 0; i < 200; ++i) spans += span_field(i % 2 ? '1' : '2', 'x');
  const auto body = part(1, resource("a") + part(2, spans));
  const auto half = sidecar::splice(body, of_trace('1'));
  ASSERT_TRUE(half);
  EXPECT_EQ(spans_of(*half), std::string(100, 'x'));
  const auto other = sidecar::splice(body, of_trace('2'));
  EXPECT_EQ(spans_of(*half + *other), std::string(200, 'x'));
}

TEST(splice, attributes_are_added_to_resources_that_lack_them) {
  const auto added = part(1, attribute("k8s.pod.name", "p"));
  const auto extra = part(1, attribute("service.name", "mine")) + added;
  const auto span = part(2, span_field('1', 'a'));
  const auto has = part(1, attribute("service.name", "a"));
  EXPECT_EQ(*sidecar::splice(part(1, part(1, has) + span), all, extra),
            part(1, part(1, has + added) + span));
  EXPECT_EQ(*sidecar::splice(part(1, span + part(1, "")), all, extra),
            part(1, span + part(1, extra)))
      << "an empty resource, behind its scopes";
  EXPECT_EQ(*sidecar::splice(part(1, span), all, extra), part(1, part(1, extra) + span))
      << "no resource";
  EXPECT_EQ(*sidecar::splice(part(1, part(1, "") + span + part(1, has)), all, extra),
            part(1, part(1, added) + span + part(1, has)))
      << "a resource in two pieces";
}

TEST(splice, what_has_all_attributes_lacks_none) {
  const auto extra = part(1, attribute("service.name", "mine")) + part(1, attribute("k", "v"));
  EXPECT_EQ(*sidecar::count_missing_attributes(request(), extra), 2u);
  EXPECT_EQ(*sidecar::count_missing_attributes(part(1, part(2, "")), extra), 2u);
  EXPECT_EQ(*sidecar::count_missing_attributes("", extra), 0u);
  const auto extended = sidecar::splice(request(), all, extra);
  EXPECT_EQ(*sidecar::count_missing_attributes(*extended, extra), 0u);
  EXPECT_EQ(*sidecar::splice(*extended, all, extra), *extended);
  EXPECT_EQ(sidecar::count_missing_attributes(part(1, "\x0a\x05"), extra).error(),
            make_error_code(core::errc::malformed));
}

}  // namespace
