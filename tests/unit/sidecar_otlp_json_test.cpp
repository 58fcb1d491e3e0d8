#include "sidecar/relay/otlp_json.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/otlp_encode.hpp"
#include "core/span.hpp"
#include "sidecar/relay/otlp_splice.hpp"

namespace {

using namespace std::string_literals;

/// A length-delimited field by its number; contents shorter than 128 bytes.
std::string part(int field, const std::string& content) {
  EXPECT_LT(content.size(), 128u);
  return static_cast<char>(field << 3 | 2) + std::string(1, static_cast<char>(content.size())) +
         content;
}

std::string within_span(const std::string& json) {
  return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + json + "}]}]}]}";
}
std::string with_value(const std::string& json) {
  return within_span(R"("attributes":[{"value":)" + json + "}]");
}

/// What is inside of the one span of a body.
std::string span_bytes(const std::string& json) {
  const auto converted = sidecar::protobuf_of_json(json);
  EXPECT_EQ(converted.problem, "");
  std::string bytes = "no span";
  const auto copy = [&](const sidecar::span_view& s) { bytes = s.bytes; };
  EXPECT_TRUE(sidecar::visit_spans(converted.body, copy));
  return bytes;
}

struct row {
  const char* name;
  std::string json;
  std::string expected;  // bytes, or the problem
};
void PrintTo(const row& r, std::ostream* out) {
  *out << r.name;
}
constexpr auto name_of = [](const auto& info) { return info.param.name; };

class json_span : public testing::TestWithParam<row> {};
TEST_P(json_span, becomes_its_protobuf) {
  EXPECT_EQ(span_bytes(within_span(GetParam().json)), GetParam().expected);
}

// The fields of opentelemetry/proto/trace/v1/trace.proto, by number.
INSTANTIATE_TEST_SUITE_P(
    otlp, json_span,
    testing::Values(
        row{"ids_of_any_case",
            R"("traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174")",
            part(1, "\x5b\x8e\xff\xf7\x98\x03\x81\x03\xd2\x69\xb6\x33\x81\x3f\xc6\x0c") +
                part(2, "\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74")},
        row{"trace_state", R"("traceState":"a=b")", part(3, "a=b")},
        row{"parent", R"("parentSpanId":"0102030405060708")",
            part(4, "\x01\x02\x03\x04\x05\x06\x07\x08")},
        row{"an_empty_parent_is_none", R"("parentSpanId":"","name":"n")", part(5, "n")},
        row{"name_with_escapes", R"("name":"a\"\u00e9\n")", part(5, "a\"\xc3\xa9\n")},
        row{"kind", R"("kind":2)", "\x30\x02"},
        row{"start_as_a_string", R"("startTimeUnixNano":"1544712660000000000")",
            "\x39\x00\x48\x59\xe3\xfa\xeb\x6f\x15"s},
        row{"end_as_a_number", R"("endTimeUnixNano":18446744073709551615)",
            "\x41\xff\xff\xff\xff\xff\xff\xff\xff"},
        row{"a_time_with_an_exponent", R"("startTimeUnixNano":1.5e3)",
            "\x39\xdc\x05\x00\x00\x00\x00\x00\x00"s},
        row{"dropped_counts",
            R"("droppedAttributesCount":1,"droppedEventsCount":300,"droppedLinksCount":4294967295)",
            "\x50\x01\x60\xac\x02\x70\xff\xff\xff\xff\x0f"},
        row{"event",
            R"("events":[{"timeUnixNano":"1","name":"e","droppedAttributesCount":2,
                "attributes":[{"key":"k"}]}])",
            part(11, "\x09\x01\x00\x00\x00\x00\x00\x00\x00"s + part(2, "e") + "\x20\x02" +
                         part(3, part(1, "k")))},
        row{"link",
            R"("links":[{"traceId":"01","spanId":"02","traceState":"s","flags":257,
                "attributes":[],"droppedAttributesCount":3}])",
            part(13, part(1, "\x01") + part(2, "\x02") + part(3, "s") + "\x35\x01\x01\x00\x00"s +
                         "\x28\x03")},
        row{"status", R"("status":{"message":"m","code":2})", part(15, part(2, "m") + "\x18\x02")},
        row{"flags", R"("flags":257)", "\x85\x01\x01\x01\x00\x00"s},
        row{"null_is_absence", R"("name":null,"attributes":null,"status":null,"flags":1)",
            "\x85\x01\x01\x00\x00\x00"s},
        row{"unknown_names_are_ignored",
            R"("new":{"deep":[1,{"name":"x"}],"name":"y"},"name":"n","other":[[]],"more":1.5)",
            part(5, "n")},
        row{"snake_case_is_unknown", R"("trace_id":"zz","start_time_unix_nano":{},"name":"n")",
            part(5, "n")},
        row{"white_space", "\n \t\"name\" : \r\n \"n\" ", part(5, "n")}),
    name_of);

class json_value : public testing::TestWithParam<row> {};
TEST_P(json_value, becomes_its_protobuf) {
  EXPECT_EQ(span_bytes(with_value(GetParam().json)), part(9, part(2, GetParam().expected)));
}

INSTANTIATE_TEST_SUITE_P(
    otlp, json_value,
    testing::Values(
        row{"text", R"({"stringValue":"v"})", part(1, "v")},
        row{"empty_text_is_a_value", R"({"stringValue":""})", part(1, "")},
        row{"no_value", "{}", ""}, row{"yes", R"({"boolValue":true})", "\x10\x01"},
        row{"no", R"({"boolValue":false})", "\x10\0"s},
        row{"integer_as_a_string", R"({"intValue":"-1"})",
            "\x18" + std::string(9, '\xff') + "\x01"},
        row{"integer_as_a_number", R"({"intValue":300})", "\x18\xac\x02"},
        row{"smallest_integer", R"({"intValue":"-9223372036854775808"})",
            "\x18" + std::string(9, '\x80') + "\x01"},
        row{"double", R"({"doubleValue":1})", "\x21\0\0\0\0\0\0\xf0\x3f"s},
        row{"double_as_a_string", R"({"doubleValue":"-0.0"})", "\x21\0\0\0\0\0\0\0\x80"s},
        // Boost's own parser gets the last bit of many such numbers wrong.
        row{"double_to_its_last_digit", R"({"doubleValue":0.30000000000000004})",
            "\x21\x34\x33\x33\x33\x33\x33\xd3\x3f"},
        row{"double_of_17_digits", R"({"doubleValue":9007199254740993.5e-3})",
            "\x21\xfd\xa9\xf1\xd2\x4d\x62\xa0\x42"s},
        row{"nearly_zero", R"({"doubleValue":1e-999})", "\x21\0\0\0\0\0\0\0\0"s},
        row{"infinity", R"({"doubleValue":"-Infinity"})", "\x21\0\0\0\0\0\0\xf0\xff"s},
        row{"nan", R"({"doubleValue":"NaN"})", "\x21\0\0\0\0\0\0\xf8\x7f"s},
        row{"array", R"({"arrayValue":{"values":[{"stringValue":"a"},{},{"arrayValue":{}}]}})",
            part(5, part(1, part(1, "a")) + part(1, "") + part(1, part(5, "")))},
        row{"kvlist", R"({"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}})",
            part(6, part(1, part(1, "k") + part(2, "\x10\x01")))},
        row{"bytes", R"({"bytesValue":"AP8="})", part(7, "\0\xff"s)},
        row{"bytes_without_padding", R"({"bytesValue":"-_8"})", part(7, "\xfb\xff")},
        row{"no_bytes", R"({"bytesValue":""})", part(7, "")}),
    name_of);

class json_problem : public testing::TestWithParam<row> {};
TEST_P(json_problem, names_its_place) {
  const auto converted = sidecar::protobuf_of_json(GetParam().json);
  EXPECT_EQ(converted.problem, GetParam().expected);
  EXPECT_EQ(converted.body, "");
}

INSTANTIATE_TEST_SUITE_P(
    otlp, json_problem,
    testing::Values(
        row{"hex_digits", within_span(R"("traceId":"0g")"),
            "resourceSpans[0].scopeSpans[0].spans[0].traceId: must be a string of hexadecimal "
            "digits, two a byte"},
        row{"half_a_byte",
            R"({"resourceSpans":[{},{"scopeSpans":[{"spans":[{},{},{"spanId":"123"}]}]}]})",
            "resourceSpans[1].scopeSpans[0].spans[2].spanId: must be a string of hexadecimal "
            "digits, two a byte"},
        row{"enum_by_name", within_span(R"("kind":"SPAN_KIND_SERVER")"),
            "resourceSpans[0].scopeSpans[0].spans[0].kind: must be an integer; names of enum "
            "values are not accepted"},
        row{"enum_as_text", within_span(R"("status":{"code":"2"})"),
            "resourceSpans[0].scopeSpans[0].spans[0].status.code: must be an integer; names of "
            "enum values are not accepted"},
        row{"negative_time", within_span(R"("startTimeUnixNano":-1)"),
            "resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano: must be an integer from 0 "
            "to 18446744073709551615, as a number or a string"},
        row{"fraction_of_a_count", within_span(R"("droppedLinksCount":1.5)"),
            "resourceSpans[0].scopeSpans[0].spans[0].droppedLinksCount: must be an integer from 0 "
            "to 4294967295"},
        row{"integer_out_of_range", with_value(R"({"intValue":"9223372036854775808"})"),
            "resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.intValue: must be a "
            "64-bit integer, as a number or a string"},
        row{"infinite_number", with_value(R"({"doubleValue":1e999})"),
            "resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.doubleValue: must be a "
            "number, or \"NaN\", \"Infinity\" or \"-Infinity\""},
        row{"odd_name_of_infinity", with_value(R"({"doubleValue":"inf"})"),
            "resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.doubleValue: must be a "
            "number, or \"NaN\", \"Infinity\" or \"-Infinity\""},
        row{"base64", with_value(R"({"bytesValue":"A"})"),
            "resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.bytesValue: must be a "
            "string in base64"},
        row{"text_for_a_boolean", with_value(R"({"boolValue":"true"})"),
            "resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.boolValue: must be true "
            "or false"},
        row{"two_values", with_value(R"({"boolValue":true,"intValue":1})"),
            "resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.intValue: the value has "
            "another type already"},
        row{"twice", within_span(R"("name":"a","name":"b")"),
            "resourceSpans[0].scopeSpans[0].spans[0].name: is there twice"},
        row{"object_for_an_array", R"({"resourceSpans":{}})", "resourceSpans: must be an array"},
        row{"array_for_an_object", R"({"resourceSpans":[{"resource":[]}]})",
            "resourceSpans[0].resource: must be an object"},
        row{"array_in_an_array", R"({"resourceSpans":[[]]})",
            "resourceSpans[0]: must be an object"},
        row{"text_in_an_array", R"({"resourceSpans":[{},"x"]})",
            "resourceSpans[1]: must be an object"},
        row{"null_in_an_array", R"({"resourceSpans":[null]})",
            "resourceSpans[0]: must be an object"},
        row{"number_for_a_text", within_span(R"("name":1)"),
            "resourceSpans[0].scopeSpans[0].spans[0].name: must be a string"},
        row{"text_for_texts", R"({"resourceSpans":[{"resource":{"entityRefs":[{"idKeys":"k"}]}}]})",
            "resourceSpans[0].resource.entityRefs[0].idKeys: must be an array"},
        row{"an_array", "[]", "the body must be an object"},
        row{"a_text", "\"x\"", "the body must be an object"},
        row{"null", "null", "the body must be an object"}),
    name_of);

TEST(protobuf_of_json, an_empty_object_is_an_empty_request) {
  EXPECT_EQ(sidecar::protobuf_of_json("{}").body, "");
  EXPECT_EQ(sidecar::protobuf_of_json("{}").problem, "");
}

TEST(protobuf_of_json, what_is_around_the_spans_is_converted_too) {
  const auto converted = sidecar::protobuf_of_json(
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"intValue":1}}],
          "droppedAttributesCount":2,"entityRefs":[{"type":"t","idKeys":["x","y"]}]},
          "scopeSpans":[{"scope":{"name":"n","version":"v","attributes":[{"key":"b"}],
          "droppedAttributesCount":3},"schemaUrl":"u"}],"schemaUrl":"w"}]})");
  EXPECT_EQ(converted.problem, "");
  EXPECT_EQ(converted.body,
            part(1, part(1, part(1, part(1, "a") + part(2, "\x18\x01")) + "\x10\x02" +
                                part(3, part(2, "t") + part(3, "x") + part(3, "y"))) +
                        part(2, part(1, part(1, "n") + part(2, "v") + part(3, part(1, "b")) +
                                            "\x20\x03") +
                                    part(3, "u")) +
                        part(3, "w")));
}

// Lengths of two bytes and more move what is behind them.
TEST(protobuf_of_json, long_messages_get_long_lengths) {
  const std::string name(70'000, 'n');
  std::string seen;
  const auto converted =
      sidecar::protobuf_of_json(within_span(R"("name":")" + name + R"(","kind":3)"));
  const auto look = [&](const sidecar::span_view& s) {
    seen = s.name;
    EXPECT_EQ(s.kind, core::span_kind::client);
  };
  EXPECT_TRUE(sidecar::visit_spans(converted.body, look));
  EXPECT_EQ(seen, name);
}

std::string nested_arrays(int levels) {
  std::string value = "{}";
  for (int i = 0; i < levels; ++i) value = R"({"arrayValue":{"values":[)" + value + "]}}";
  return with_value(value);
}

TEST(protobuf_of_json, nesting_is_bounded) {
  EXPECT_EQ(sidecar::protobuf_of_json(nested_arrays(30)).problem, "");
  EXPECT_NE(sidecar::protobuf_of_json(nested_arrays(60)).problem, "");
  EXPECT_NE(sidecar::protobuf_of_json(std::string(100'000, '[')).problem, "");
  const auto unknown = R"({"x":)" + std::string(1000, '[') + std::string(1000, ']') + "}";
  EXPECT_NE(sidecar::protobuf_of_json(unknown).problem, "");
}

TEST(protobuf_of_json, says_where_text_is_no_json) {
  EXPECT_EQ(sidecar::protobuf_of_json("{\"a\":}").problem.find("the body is no JSON at byte"), 0u);
  EXPECT_EQ(sidecar::protobuf_of_json("{} {}").problem.find("the body is no JSON at byte"), 0u);
  EXPECT_NE(sidecar::protobuf_of_json("{\"a\":\"\xff\"}").problem, "");
  EXPECT_NE(sidecar::protobuf_of_json("").problem, "");
}

TEST(protobuf_of_json, refuses_every_prefix) {
  const auto whole = with_value(R"({"kvlistValue":{"values":[{"key":"k"}]},"x":[1,"\u00e9"]})");
  ASSERT_EQ(sidecar::protobuf_of_json(whole).problem, "");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const std::unique_ptr<char[]> copy(new char[n]);
    whole.copy(copy.get(), n);
    ASSERT_NE(sidecar::protobuf_of_json({copy.get(), n}).problem, "") << n;
  }
}

}  // namespace
