#include "sidecar/relay/otlp_intake.hpp"

#include <gtest/gtest.h>

#include "core/otlp_encode.hpp"
#include "sidecar/relay/otlp_splice.hpp"
#include "tests/support/gzip.hpp"

namespace {

using namespace std::string_literals;
using sidecar::otlp_encoding;
using sidecar::otlp_form;
using sidecar::otlp_intake;
using sidecar::otlp_refusal;

struct form_row {
  const char* name;
  sidecar::otlp_head head;
  int status;  // 0: accepted
  otlp_form form{};
};
void PrintTo(const form_row& r, std::ostream* out) {
  *out << r.name;
}
class request_form : public testing::TestWithParam<form_row> {};

TEST_P(request_form, is_accepted_or_refused_by_the_head) {
  const auto read = sidecar::read_form(GetParam().head);
  const auto* refusal = std::get_if<otlp_refusal>(&read);
  ASSERT_EQ(refusal ? refusal->status : 0, GetParam().status);
  if (refusal) {
    EXPECT_FALSE(refusal->message.empty());
    return;
  }
  const auto& form = std::get<otlp_form>(read);
  EXPECT_EQ(form.encoding, GetParam().form.encoding);
  EXPECT_EQ(form.gzip, GetParam().form.gzip);
}

constexpr std::string_view proto = "application/x-protobuf", json = "application/json",
                           traces = "/v1/traces";

INSTANTIATE_TEST_SUITE_P(
    otlp, request_form,
    testing::Values(
        form_row{"protobuf", {"POST", traces, proto, ""}, 0, {otlp_encoding::protobuf, false}},
        form_row{"json", {"POST", traces, json, ""}, 0, {otlp_encoding::json, false}},
        form_row{"parameters_and_case",
                 {"POST", traces, "Application/JSON ; charset=utf-8", "Identity"},
                 0,
                 {otlp_encoding::json, false}},
        form_row{"gzip", {"POST", traces, proto, "GZIP"}, 0, {otlp_encoding::protobuf, true}},
        form_row{"metrics", {"POST", "/v1/metrics", proto, ""}, 404},
        form_row{"logs", {"POST", "/v1/logs", json, ""}, 404},
        form_row{"root", {"GET", "/", "", ""}, 404}, form_row{"get", {"GET", traces, "", ""}, 405},
        form_row{"put", {"PUT", traces, proto, ""}, 405},
        form_row{"no_type", {"POST", traces, "", ""}, 415},
        form_row{"grpc", {"POST", traces, "application/grpc", ""}, 415},
        form_row{"similar_type", {"POST", traces, "application/x-protobuf2", ""}, 415},
        form_row{"brotli", {"POST", traces, proto, "br"}, 415},
        form_row{"two_codings", {"POST", traces, proto, "gzip, gzip"}, 415}),
    [](const auto& info) { return info.param.name; });

sidecar::relay_config config() {
  sidecar::relay_config out;
  out.body_limit.bytes = 100'000;
  out.resource = {{"k8s.pod.name", "pod-1"}};
  return out;
}

core::span good_span() {
  core::span s;
  s.context.trace.bytes.fill(1);
  s.context.span.bytes.fill(2);
  return s;
}

std::string request(std::vector<core::span> spans, const std::string& resource = "") {
  return core::encode_export_request(resource, spans);
}

class reader : public testing::Test {
 public:
  otlp_intake taken(otlp_form form, std::string body) {
    auto read = under_test.read(form, std::move(body));
    if (auto* refusal = std::get_if<otlp_refusal>(&read)) ADD_FAILURE() << refusal->message;
    auto* intake = std::get_if<otlp_intake>(&read);
    return intake ? std::move(*intake) : otlp_intake{};
  }
  otlp_refusal refused(otlp_form form, std::string body) {
    auto read = under_test.read(form, std::move(body));
    auto* refusal = std::get_if<otlp_refusal>(&read);
    if (!refusal) ADD_FAILURE() << "taken";
    return refusal ? std::move(*refusal) : otlp_refusal{0, ""};
  }
  sidecar::otlp_reader under_test{config(), "shop"};
  const otlp_form plain{otlp_encoding::protobuf, false};
  const std::string complete = core::encode_resource_attributes(
      {{"k8s.pod.name", "of-the-app"}, {"service.name", "app"}, {"x", "y"}});
};

TEST_F(reader, a_complete_request_passes_as_it_is) {
  const auto body = request({good_span(), good_span()}, complete);
  const auto intake = taken(plain, body);
  EXPECT_EQ(intake.batch.body, body);
  EXPECT_EQ(intake.batch.spans, 2u);
  EXPECT_EQ(intake.rejected, 0u);
}

TEST_F(reader, resources_are_completed) {
  const auto intake = taken(
      plain, request({good_span()}, core::encode_resource_attributes({{"service.name", "app"}})));
  EXPECT_NE(intake.batch.body.find("pod-1"), std::string::npos);
  EXPECT_EQ(intake.batch.body.find("shop"), std::string::npos) << "it has a name";
  EXPECT_NE(taken(plain, request({good_span()})).batch.body.find("shop"), std::string::npos);
}

TEST_F(reader, a_configured_service_name_goes_before_the_sidecars) {
  auto with_name = config();
  with_name.resource["service.name"] = "configured";
  sidecar::otlp_reader named(with_name, "shop");
  auto read = named.read(plain, request({good_span()}));
  const auto& body = std::get<otlp_intake>(read).batch.body;
  EXPECT_NE(body.find("configured"), std::string::npos);
  EXPECT_EQ(body.find("shop"), std::string::npos);
}

TEST_F(reader, spans_without_valid_ids_are_left_out) {
  auto no_trace = good_span(), no_id = good_span();
  no_trace.context.trace = {};
  no_id.context.span = {};
  auto kept = good_span();
  kept.name = "kept";
  const auto intake = taken(plain, request({no_trace, kept, no_id}, complete));
  EXPECT_EQ(intake.rejected, 2u);
  EXPECT_EQ(intake.batch.spans, 1u);
  EXPECT_EQ(intake.batch.body, request({kept}, complete));
  const auto none = taken(plain, request({no_trace}));
  EXPECT_EQ(none.rejected, 1u);
  EXPECT_EQ(none.batch.spans, 0u);
  EXPECT_EQ(none.batch.body, "");
}

TEST_F(reader, an_empty_request_is_taken) {
  EXPECT_EQ(taken(plain, "").batch.spans, 0u);
  EXPECT_EQ(taken({otlp_encoding::json, false}, "{}").batch.spans, 0u);
  EXPECT_EQ(taken({otlp_encoding::protobuf, true}, tests::gzip("")).batch.spans, 0u);
}

TEST_F(reader, json_is_the_same_request) {
  const std::string text =
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[
          {"traceId":"01010101010101010101010101010101","spanId":"0202020202020202"},
          {"traceId":"01","spanId":"0202020202020202"}]}]}]})";
  for (const bool gzip : {false, true}) {
    const auto intake = taken({otlp_encoding::json, gzip}, gzip ? tests::gzip(text) : text);
    EXPECT_EQ(intake.batch.spans, 1u);
    EXPECT_EQ(intake.rejected, 1u) << "an id of the wrong length";
    EXPECT_EQ(core::inspect_export_request(intake.batch.body)->spans, 1u);
  }
}

TEST_F(reader, refusals_say_why) {
  EXPECT_EQ(refused(plain, "nonsense").status, 400);
  const auto bad_json = refused({otlp_encoding::json, false}, R"({"resourceSpans":1})");
  EXPECT_EQ(bad_json.status, 400);
  EXPECT_EQ(bad_json.message, "resourceSpans: must be an array");
  EXPECT_EQ(refused({otlp_encoding::protobuf, true}, "no gzip").status, 400);
  EXPECT_EQ(refused({otlp_encoding::protobuf, true}, tests::gzip("nonsense")).status, 400);
  const auto bomb = refused({otlp_encoding::json, true}, tests::gzip(std::string(100'001, ' ')));
  EXPECT_EQ(bomb.status, 413);
  EXPECT_EQ(sidecar::result_of(bomb), sidecar::relay_result::too_large);
}

TEST_F(reader, every_prefix_of_a_request_is_refused) {
  const auto whole = request({good_span(), good_span()}, complete);
  for (std::size_t n = 1; n < whole.size(); ++n)
    EXPECT_EQ(refused(plain, whole.substr(0, n)).status, 400) << n;
}

TEST(otlp_answer, success_is_empty_or_partial) {
  using sidecar::export_answer;
  EXPECT_EQ(export_answer(otlp_encoding::protobuf).body, "");
  EXPECT_EQ(export_answer(otlp_encoding::protobuf).content_type, "application/x-protobuf");
  EXPECT_EQ(export_answer(otlp_encoding::json).body, "{}");
  EXPECT_EQ(export_answer(otlp_encoding::json).content_type, "application/json");
  EXPECT_EQ(export_answer(otlp_encoding::json, 2, "bad \"ids\"").body,
            R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"bad \"ids\""}})");
  const auto partial =
      core::decode_export_response(export_answer(otlp_encoding::protobuf, 300, "why").body);
  ASSERT_TRUE(partial);
  EXPECT_EQ(partial->rejected, 300u);
  EXPECT_EQ(partial->message, "why");
}

TEST(otlp_answer, refusals_are_a_status) {
  using sidecar::refusal_answer;
  const auto full = refusal_answer(otlp_encoding::json, 503, "full");
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.body, R"({"code":14,"message":"full"})");
  EXPECT_EQ(full.headers, (core::header_list{{"Retry-After", "1"}}));
  EXPECT_EQ(refusal_answer(otlp_encoding::protobuf, 400, "bad").body,
            "\x08\x03\x12\x03"
            "bad"s);
  EXPECT_EQ(refusal_answer(otlp_encoding::json, 405, "x").headers,
            (core::header_list{{"Allow", "POST"}}));
  EXPECT_EQ(sidecar::unsupported_type_answer().content_type, "text/plain; charset=utf-8");
}

}  // namespace
