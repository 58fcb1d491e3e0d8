#include "core/otlp_encode.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace std::string_literals;

/// A length-delimited field by its tag byte; contents shorter than 128 bytes.
std::string part(const char* tag, const std::string& content) {
  EXPECT_LT(content.size(), 128u);
  return tag + std::string(1, static_cast<char>(content.size())) + content;
}

/// A span with a bit of everything.
core::span full_span() {
  core::span s;
  s.context.trace.bytes.fill(0x11);
  s.context.span.bytes.fill(0x22);
  s.context.flags = 0x03;
  s.parent.bytes.fill(0x33);
  s.kind = core::span_kind::server;
  s.name = "GET";
  s.start = 0x0102030405060708;
  s.end = 0x0102030405060709;
  s.attributes = {{"s", "text"s}, {"i", std::int64_t{-1}}, {"d", 1.0}, {"b", true}};
  core::span_link link;
  link.context.trace.bytes.fill(0x44);
  link.context.span.bytes.fill(0x55);
  link.context.flags = 1;
  s.links = {link};
  s.error = true;
  s.error_message = "no";
  return s;
}

std::string full_request() {
  const auto s = full_span();
  return core::encode_export_request(core::encode_resource("service", "1", "a"), {&s, 1});
}

// The bytes as opentelemetry-proto has them, written down field by field.
TEST(otlp_encode, a_span_is_written_as_the_protocol_says) {
  const std::string attributes =
      part("\x4a", part("\x0a", "s") + part("\x12", part("\x0a", "text"))) +
      part("\x4a", part("\x0a", "i") + part("\x12", "\x18" + std::string(9, '\xff') + "\x01")) +
      part("\x4a", part("\x0a", "d") + part("\x12", "\x21\0\0\0\0\0\0\xf0\x3f"s)) +
      part("\x4a", part("\x0a", "b") + part("\x12", "\x10\x01"));
  const std::string link = part("\x0a", std::string(16, '\x44')) +
                           part("\x12", std::string(8, '\x55')) + "\x35\x01\0\0\0"s;
  const std::string ids = part("\x0a", std::string(16, '\x11')) +
                          part("\x12", std::string(8, '\x22')) +
                          part("\x22", std::string(8, '\x33'));
  const std::string times =
      "\x39\x08\x07\x06\x05\x04\x03\x02\x01\x41\x09\x07\x06\x05\x04\x03\x02\x01";
  const std::string span = ids + part("\x2a", "GET") + "\x30\x02" + times + attributes +
                           part("\x6a", link) + part("\x7a", part("\x12", "no") + "\x18\x02") +
                           "\x85\x01\x03\0\0\0"s;
  const auto request = full_request();
  ASSERT_GE(request.size(), span.size());
  EXPECT_EQ(request.substr(request.size() - span.size()), span);
}

TEST(otlp_encode, a_request_wraps_spans_in_scope_and_resource) {
  core::span s;
  s.context.trace.bytes.fill(0x11);
  s.context.span.bytes.fill(0x22);
  const std::string span = part("\x0a", std::string(16, '\x11')) +
                           part("\x12", std::string(8, '\x22')) + part("\x2a", "") + "\x30\x01" +
                           "\x39"s + std::string(8, '\0') + "\x41" + std::string(8, '\0') +
                           "\x85\x01\0\0\0\0"s;
  const std::string scope = part("\x0a", part("\x0a", "remora"));
  const std::string resource = part("\x0a", part("\x0a", "r"));
  // The outer lengths do not fit into one byte, or protozero reserves more for them: compare
  // inside.
  const auto request = core::encode_export_request(part("\x0a", "r"), {&s, 1});
  EXPECT_EQ(request.front(), '\x0a');
  EXPECT_NE(request.find(resource), std::string::npos);
  EXPECT_LT(request.find(resource), request.find(scope));
  EXPECT_LT(request.find(scope), request.find(span));
  EXPECT_EQ(request.find(span) + span.size(), request.size());
}

TEST(otlp_encode, no_spans_are_no_request) {
  EXPECT_EQ(core::encode_export_request(core::encode_resource("a", "b", "c"), {}), "");
}

TEST(otlp_encode, a_root_has_no_parent_field) {
  auto s = full_span();
  s.parent = {};
  const auto request = core::encode_export_request("", {&s, 1});
  EXPECT_EQ(request.find(part("\x22", std::string(8, '\0'))), std::string::npos);
}

TEST(otlp_encode, the_resource_names_the_service_and_the_sdk) {
  const auto pair = [](const std::string& key, const std::string& value) {
    return part("\x0a", part("\x0a", key) + part("\x12", part("\x0a", value)));
  };
  EXPECT_EQ(core::encode_resource("securities", "1.2", "host-1"),
            pair("service.name", "securities") + pair("service.version", "1.2") +
                pair("service.instance.id", "host-1") + pair("telemetry.sdk.name", "remora") +
                pair("telemetry.sdk.language", "cpp") +
                pair("telemetry.sdk.version", REMORA_VERSION));
}

TEST(otlp_encode, bytes_that_are_no_utf8_are_replaced) {
  core::span s = full_span();
  s.name = "caf\xc3\xa9 \xff caf\xc3";
  s.attributes = {{"user_agent.original", "\xe9"s}};
  const auto request = core::encode_export_request("", {&s, 1});
  EXPECT_NE(request.find(part("\x2a", "caf\xc3\xa9 \xef\xbf\xbd caf\xef\xbf\xbd")),
            std::string::npos);
  EXPECT_NE(request.find(part("\x0a", "\xef\xbf\xbd")), std::string::npos);
}

TEST(inspect_export_request, counts_what_was_encoded) {
  const auto one = full_request();
  const std::vector<core::span> spans(200, full_span());
  const auto many = core::encode_export_request("", spans);
  EXPECT_EQ(core::inspect_export_request(one)->spans, 1u);
  EXPECT_EQ(core::inspect_export_request(many)->spans, 200u);
  EXPECT_EQ(core::inspect_export_request(one + many)->spans, 201u) << "requests concatenate";
  EXPECT_EQ(core::inspect_export_request("")->spans, 0u);
}

TEST(inspect_export_request, refuses_every_prefix_but_the_empty_one) {
  const auto request = full_request();
  for (std::size_t n = 1; n < request.size(); ++n) {
    const std::unique_ptr<char[]> copy(new char[n]);
    request.copy(copy.get(), n);
    const auto summary = core::inspect_export_request({copy.get(), n});
    ASSERT_FALSE(summary) << n;
    EXPECT_EQ(summary.error(), make_error_code(core::errc::malformed));
  }
}

/// A request around the bytes of one span.
std::string wrapped(const std::string& span) {
  return part("\x0a", part("\x12", part("\x12", span)));
}
const std::string trace_field = part("\x0a", std::string(16, '\x11'));
const std::string span_field = part("\x12", std::string(8, '\x22'));

struct span_case {
  const char* name;
  std::string span;
  bool accepted;
};
void PrintTo(const span_case& s, std::ostream* out) {
  *out << s.name;
}

class inspected_span : public testing::TestWithParam<span_case> {};

TEST_P(inspected_span, is_accepted_or_not) {
  EXPECT_EQ(core::inspect_export_request(wrapped(GetParam().span)).has_value(),
            GetParam().accepted);
}

INSTANTIATE_TEST_SUITE_P(
    otlp, inspected_span,
    testing::Values(
        span_case{"ids_only", trace_field + span_field, true},
        span_case{"ids_in_another_order", span_field + trace_field, true},
        span_case{"unknown_fields",
                  trace_field + span_field + "\x98\x06\x01"s + part("\xfa\x06", "x"), true},
        span_case{"empty", "", false}, span_case{"no_trace_id", span_field, false},
        span_case{"no_span_id", trace_field, false},
        span_case{"trace_id_all_zero", part("\x0a", std::string(16, '\0')) + span_field, false},
        span_case{"span_id_all_zero", trace_field + part("\x12", std::string(8, '\0')), false},
        span_case{"trace_id_short", part("\x0a", std::string(15, '\x11')) + span_field, false},
        span_case{"trace_id_long", part("\x0a", std::string(17, '\x11')) + span_field, false},
        span_case{"trace_id_as_number", "\x08\x01"s + span_field, false},
        span_case{"tag_zero", trace_field + span_field + "\x02\0"s, false},
        span_case{"wire_type_7", trace_field + span_field + "\x0f", false},
        span_case{"group", trace_field + span_field + "\x0b\x0c", false},
        span_case{"length_beyond_the_end", trace_field + span_field + "\x2a\x7f", false},
        span_case{"varint_without_end", trace_field + span_field + "\x30" + std::string(11, '\xff'),
                  false}),
    [](const auto& info) { return info.param.name; });

TEST(decode_export_response, an_empty_answer_is_full_success) {
  const auto outcome = core::decode_export_response("");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->rejected, 0u);
  EXPECT_EQ(outcome->message, "");
}

TEST(decode_export_response, partial_success) {
  const auto outcome =
      core::decode_export_response(part("\x0a", "\x08\xac\x02" + part("\x12", "full")));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->rejected, 300u);
  EXPECT_EQ(outcome->message, "full");
}

TEST(decode_export_response, a_warning_rejects_nothing) {
  const auto outcome = core::decode_export_response(part("\x0a", part("\x12", "slow down")));
  EXPECT_EQ(outcome->rejected, 0u);
  EXPECT_EQ(outcome->message, "slow down");
}

TEST(decode_export_response, a_negative_count_rejects_nothing) {
  const auto minus_one = "\x08" + std::string(9, '\xff') + "\x01";
  EXPECT_EQ(core::decode_export_response(part("\x0a", minus_one))->rejected, 0u);
}

TEST(decode_export_response, refuses_every_prefix_but_the_empty_one) {
  const auto answer = part("\x0a", "\x08\x05" + part("\x12", "full"));
  for (std::size_t n = 1; n < answer.size(); ++n)
    EXPECT_FALSE(core::decode_export_response(answer.substr(0, n))) << n;
  EXPECT_FALSE(core::decode_export_response("<html>"));
}

TEST(encode_status, is_google_rpc_status) {
  EXPECT_EQ(core::encode_status(3, "bad"), "\x08\x03" + part("\x12", "bad"));
  EXPECT_EQ(core::encode_status(0, ""), part("\x12", ""));
}

}  // namespace
