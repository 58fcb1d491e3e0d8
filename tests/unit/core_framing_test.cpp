#include "core/framing.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using core::body_kind;
using core::framing;
using core::framing_error;

framing request(const std::string& fields, const std::string& start = "POST / HTTP/1.1") {
  core::request_head head;
  const std::string bytes = start + "\r\n" + fields + "\r\n";
  EXPECT_EQ(core::parse_request_head(bytes, 8192, head).state, core::head_parse::state::complete);
  return core::frame_request(head);
}

framing hosted(const std::string& fields) {
  return request("Host: a\r\n" + fields);
}

framing response(int status, const std::string& fields, bool head_request = false,
                 const std::string& version = "1.1") {
  core::response_head head;
  const std::string bytes =
      "HTTP/" + version + " " + std::to_string(status) + " X\r\n" + fields + "\r\n";
  EXPECT_EQ(core::parse_response_head(bytes, 8192, head).state, core::head_parse::state::complete);
  return core::frame_response(head, head_request);
}

TEST(framing, a_request_without_framing_has_no_body) {
  const auto f = hosted("");
  EXPECT_EQ(f.kind, body_kind::none);
  EXPECT_TRUE(f.keep_alive);
}

TEST(framing, content_length) {
  EXPECT_EQ(hosted("Content-Length: 42\r\n").kind, body_kind::length);
  EXPECT_EQ(hosted("content-length: 42\r\n").length, 42u);
  EXPECT_EQ(hosted("Content-Length: 0042\r\n").length, 42u);
  EXPECT_EQ(hosted("Content-Length: 9223372036854775807\r\n").length, 9223372036854775807u);
}

TEST(framing, a_length_of_zero_is_still_a_length) {
  EXPECT_EQ(hosted("Content-Length: 0\r\n").kind, body_kind::length);
  EXPECT_EQ(hosted("Content-Length: 0\r\n").length, 0u);
}

TEST(framing, chunked) {
  EXPECT_EQ(hosted("Transfer-Encoding: chunked\r\n").kind, body_kind::chunked);
  EXPECT_EQ(hosted("transfer-encoding: \tCHUNKED \r\n").kind, body_kind::chunked);
}

TEST(framing, te_and_trailer_fields_do_not_frame) {
  EXPECT_EQ(hosted("TE: trailers\r\nTrailer: X\r\nX-Transfer-Encoding: chunked\r\n").kind,
            body_kind::none);
}

// The shapes in which two parsers were found to disagree about where a request ends.
struct smuggled {
  const char* name;
  const char* fields;
  framing_error error;
};
void PrintTo(const smuggled& s, std::ostream* out) {
  *out << s.name;
}

constexpr smuggled shapes[] = {
    {"length_then_chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
     framing_error::length_and_transfer_encoding},
    {"chunked_then_length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
     framing_error::length_and_transfer_encoding},
    {"gzip_then_length", "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
     framing_error::length_and_transfer_encoding},
    {"empty_encoding_then_length", "Transfer-Encoding:\r\nContent-Length: 5\r\n",
     framing_error::length_and_transfer_encoding},
    {"chunked_then_zero_length", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
     framing_error::length_and_transfer_encoding},
    {"length_twice_different", "Content-Length: 5\r\nContent-Length: 6\r\n",
     framing_error::bad_length},
    {"length_twice_equal", "Content-Length: 5\r\nContent-Length: 5\r\n", framing_error::bad_length},
    {"length_twice_in_two_spellings", "Content-Length: 5\r\ncontent-LENGTH: 5\r\n",
     framing_error::bad_length},
    {"length_list_equal", "Content-Length: 5, 5\r\n", framing_error::bad_length},
    {"length_list_different", "Content-Length: 5, 6\r\n", framing_error::bad_length},
    {"length_with_comma", "Content-Length: 5,\r\n", framing_error::bad_length},
    {"length_empty", "Content-Length:\r\n", framing_error::bad_length},
    {"length_plus", "Content-Length: +5\r\n", framing_error::bad_length},
    {"length_minus", "Content-Length: -5\r\n", framing_error::bad_length},
    {"length_minus_zero", "Content-Length: -0\r\n", framing_error::bad_length},
    {"length_hex", "Content-Length: 0x5\r\n", framing_error::bad_length},
    {"length_fraction", "Content-Length: 5.0\r\n", framing_error::bad_length},
    {"length_exponent", "Content-Length: 5e0\r\n", framing_error::bad_length},
    {"length_underscore", "Content-Length: 1_0\r\n", framing_error::bad_length},
    {"length_inner_space", "Content-Length: 1 0\r\n", framing_error::bad_length},
    {"length_quoted", "Content-Length: \"5\"\r\n", framing_error::bad_length},
    {"length_letters", "Content-Length: five\r\n", framing_error::bad_length},
    {"length_fullwidth_digit", "Content-Length: \xef\xbc\x95\r\n", framing_error::bad_length},
    {"length_of_2_to_the_63", "Content-Length: 9223372036854775808\r\n", framing_error::bad_length},
    {"length_of_2_to_the_64", "Content-Length: 18446744073709551616\r\n",
     framing_error::bad_length},
    {"length_that_wraps_to_5", "Content-Length: 18446744073709551621\r\n",
     framing_error::bad_length},
    {"encoding_gzip", "Transfer-Encoding: gzip\r\n", framing_error::bad_transfer_encoding},
    {"encoding_identity", "Transfer-Encoding: identity\r\n", framing_error::bad_transfer_encoding},
    {"encoding_empty", "Transfer-Encoding:\r\n", framing_error::bad_transfer_encoding},
    {"encoding_xchunked", "Transfer-Encoding: xchunked\r\n", framing_error::bad_transfer_encoding},
    {"encoding_chunkedx", "Transfer-Encoding: chunkedx\r\n", framing_error::bad_transfer_encoding},
    {"encoding_chunked_parameter", "Transfer-Encoding: chunked;q=1\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_chunked_quoted", "Transfer-Encoding: \"chunked\"\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_vertical_bar", "Transfer-Encoding: |chunked\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_gzip_chunked", "Transfer-Encoding: gzip, chunked\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_chunked_gzip", "Transfer-Encoding: chunked, gzip\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_chunked_identity", "Transfer-Encoding: chunked, identity\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_chunked_chunked", "Transfer-Encoding: chunked, chunked\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_chunked_comma", "Transfer-Encoding: chunked,\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_comma_chunked", "Transfer-Encoding: ,chunked\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_twice_first_identity",
     "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_twice_second_identity",
     "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
     framing_error::bad_transfer_encoding},
    {"encoding_beyond_ascii", "Transfer-Encoding: chunked\xc2\xa0\r\n",
     framing_error::bad_transfer_encoding},
};

class smuggling : public testing::TestWithParam<smuggled> {};

TEST_P(smuggling, a_request_is_refused) {
  const auto f = hosted(GetParam().fields);
  EXPECT_EQ(f.kind, body_kind::refuse);
  EXPECT_EQ(f.error, GetParam().error) << core::to_label(f.error);
  EXPECT_FALSE(f.keep_alive);
}

TEST_P(smuggling, a_response_is_refused) {
  EXPECT_EQ(response(200, GetParam().fields).error, GetParam().error);
  EXPECT_EQ(response(200, GetParam().fields, true).error, GetParam().error);
  EXPECT_EQ(response(304, GetParam().fields).error, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(framing, smuggling, testing::ValuesIn(shapes),
                         [](const auto& info) { return info.param.name; });

TEST(framing, chunked_on_http_1_0_is_refused) {
  EXPECT_EQ(request("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0").error,
            framing_error::chunked_on_legacy);
  EXPECT_EQ(response(200, "Transfer-Encoding: chunked\r\n", false, "1.0").error,
            framing_error::chunked_on_legacy);
}

struct host_case {
  const char* name;
  const char* fields;
  framing_error error;
};
void PrintTo(const host_case& h, std::ostream* out) {
  *out << h.name;
}

class host : public testing::TestWithParam<host_case> {};

TEST_P(host, is_checked) {
  EXPECT_EQ(request(GetParam().fields).error, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    framing, host,
    testing::Values(host_case{"name", "Host: api.example.com\r\n", framing_error::none},
                    host_case{"name_with_port", "Host: api.example.com:8080\r\n",
                              framing_error::none},
                    host_case{"empty_port", "Host: a:\r\n", framing_error::none},
                    host_case{"underscore", "Host: my_service.ns\r\n", framing_error::none},
                    host_case{"ipv4", "Host: 127.0.0.1:80\r\n", framing_error::none},
                    host_case{"ipv6", "Host: [::1]\r\n", framing_error::none},
                    host_case{"ipv6_with_port", "Host: [2001:db8::1]:443\r\n", framing_error::none},
                    host_case{"missing", "", framing_error::missing_host},
                    host_case{"twice", "Host: a\r\nhost: a\r\n", framing_error::repeated_host},
                    host_case{"empty", "Host:\r\n", framing_error::bad_host},
                    host_case{"list", "Host: a,b\r\n", framing_error::bad_host},
                    host_case{"space", "Host: a b\r\n", framing_error::bad_host},
                    host_case{"path", "Host: a/b\r\n", framing_error::bad_host},
                    host_case{"user", "Host: u@a\r\n", framing_error::bad_host},
                    host_case{"query", "Host: a?b\r\n", framing_error::bad_host},
                    host_case{"fragment", "Host: a#b\r\n", framing_error::bad_host},
                    host_case{"backslash", "Host: a\\b\r\n", framing_error::bad_host},
                    host_case{"beyond_ascii", "Host: caf\xc3\xa9\r\n", framing_error::bad_host},
                    host_case{"port_alone", "Host: :80\r\n", framing_error::bad_host},
                    host_case{"port_no_number", "Host: a:b\r\n", framing_error::bad_host},
                    host_case{"port_too_long", "Host: a:808080\r\n", framing_error::bad_host},
                    host_case{"two_colons", "Host: a:1:2\r\n", framing_error::bad_host},
                    host_case{"ipv6_open", "Host: [::1\r\n", framing_error::bad_host},
                    host_case{"ipv6_empty", "Host: []\r\n", framing_error::bad_host},
                    host_case{"ipv6_then_text", "Host: [::1]x\r\n", framing_error::bad_host},
                    host_case{"ipv6_zone", "Host: [fe80::1%25eth0]\r\n", framing_error::bad_host}),
    [](const auto& info) { return info.param.name; });

TEST(framing, http_1_0_may_do_without_host_but_not_with_two) {
  EXPECT_EQ(request("", "GET / HTTP/1.0").error, framing_error::none);
  EXPECT_EQ(request("Host: a\r\nHost: b\r\n", "GET / HTTP/1.0").error,
            framing_error::repeated_host);
}

TEST(framing, responses_need_no_host) {
  EXPECT_EQ(response(200, "").error, framing_error::none);
}

TEST(framing, persistence) {
  EXPECT_TRUE(hosted("Connection: keep-alive\r\n").keep_alive);
  EXPECT_FALSE(hosted("Connection: close\r\n").keep_alive);
  EXPECT_FALSE(hosted("connection: Upgrade, CLOSE\r\n").keep_alive);
  EXPECT_FALSE(hosted("Connection: keep-alive\r\nConnection: close\r\n").keep_alive);
  EXPECT_FALSE(request("Host: a\r\n", "GET / HTTP/1.0").keep_alive);
  EXPECT_TRUE(request("Connection: Keep-Alive\r\n", "GET / HTTP/1.0").keep_alive);
  EXPECT_FALSE(request("Connection: keep-alive, close\r\n", "GET / HTTP/1.0").keep_alive);
}

TEST(framing, a_response_without_framing_ends_with_the_connection) {
  const auto f = response(200, "");
  EXPECT_EQ(f.kind, body_kind::until_close);
  EXPECT_FALSE(f.keep_alive);
}

TEST(framing, responses_that_have_no_body) {
  EXPECT_EQ(response(204, "").kind, body_kind::none);
  EXPECT_TRUE(response(204, "").keep_alive);
  EXPECT_EQ(response(304, "Content-Length: 10\r\n").kind, body_kind::none);
  EXPECT_TRUE(response(304, "Content-Length: 10\r\n").keep_alive);
  EXPECT_EQ(response(100, "").kind, body_kind::none);
  EXPECT_EQ(response(103, "").kind, body_kind::none);
  const auto head = response(200, "Content-Length: 10\r\n", true);
  EXPECT_EQ(head.kind, body_kind::none);
  EXPECT_EQ(head.length, 0u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(response(200, "Transfer-Encoding: chunked\r\n", true).kind, body_kind::none);
  EXPECT_TRUE(response(200, "", true).keep_alive);
}

TEST(framing, a_connection_is_not_reused_after_a_body_that_must_not_exist) {
  EXPECT_FALSE(response(204, "Content-Length: 5\r\n").keep_alive);
  EXPECT_FALSE(response(100, "Transfer-Encoding: chunked\r\n").keep_alive);
  EXPECT_TRUE(response(204, "Content-Length: 0\r\n").keep_alive);
}

TEST(framing, switching_protocols_is_a_tunnel) {
  const auto f = response(101, "Connection: upgrade\r\nUpgrade: websocket\r\n");
  EXPECT_EQ(f.kind, body_kind::tunnel);
  EXPECT_FALSE(f.keep_alive);
}

TEST(list_has_token, finds_whole_tokens_only) {
  EXPECT_TRUE(core::list_has_token("close", "close"));
  EXPECT_TRUE(core::list_has_token(" a ,\tClose\t, b", "close"));
  EXPECT_TRUE(core::list_has_token(",,close", "close"));
  EXPECT_FALSE(core::list_has_token("closed", "close"));
  EXPECT_FALSE(core::list_has_token("not close", "close"));
  EXPECT_FALSE(core::list_has_token("", "close"));
  EXPECT_FALSE(core::list_has_token(",", "close"));
}

}  // namespace
