#include "core/http_head.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/probe_signature.hpp"

namespace {

using core::head_error;
using core::head_parse;
using core::request_head;
using core::response_head;

constexpr std::size_t limit = 8192;

const std::string plain =
    "GET /v1/securities?limit=5 HTTP/1.1\r\n"
    "Host: api.example\r\n"
    "Accept:application/json\r\n"
    "X-Empty:\r\n"
    "X-Padded: \t two words \t\r\n"
    "\r\n";

head_parse parse(std::string_view bytes, request_head& out) {
  return core::parse_request_head(bytes, limit, out);
}

head_error error_of_request(std::string_view bytes, std::size_t most = limit) {
  const auto head = std::make_unique<request_head>();
  const auto parsed = core::parse_request_head(bytes, most, *head);
  EXPECT_EQ(parsed.state == head_parse::state::bad, parsed.error != head_error::none);
  return parsed.error;
}

head_error error_of_response(std::string_view bytes) {
  const auto head = std::make_unique<response_head>();
  return core::parse_response_head(bytes, limit, *head).error;
}

TEST(http_head, a_request_becomes_views_into_its_bytes) {
  request_head head;
  const std::string bytes = plain + "body";
  const auto parsed = parse(bytes, head);
  ASSERT_EQ(parsed.state, head_parse::state::complete);
  EXPECT_EQ(parsed.size, plain.size());
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/v1/securities?limit=5");
  EXPECT_EQ(head.path(), "/v1/securities");
  EXPECT_EQ(head.query(), "limit=5");
  EXPECT_FALSE(head.legacy);
  ASSERT_EQ(head.fields.all().size(), 4u);
  EXPECT_EQ(head.fields.all()[1].name, "Accept");
  EXPECT_EQ(head.fields.find("accept"), "application/json");
  EXPECT_EQ(head.fields.find("x-empty"), "");
  EXPECT_EQ(head.fields.find("X-PADDED"), "two words");
  EXPECT_EQ(head.fields.find("cookie"), std::nullopt);
}

TEST(http_head, views_point_into_the_buffer) {
  request_head head;
  ASSERT_EQ(parse(plain, head).state, head_parse::state::complete);
  const auto inside = [](std::string_view v) {
    return v.data() >= plain.data() && v.data() + v.size() <= plain.data() + plain.size();
  };
  EXPECT_TRUE(inside(head.method));
  EXPECT_TRUE(inside(head.target));
  for (const auto& f : head.fields.all()) {
    EXPECT_TRUE(inside(f.name));
    EXPECT_TRUE(inside(f.value));
  }
}

TEST(http_head, every_prefix_needs_more_and_nothing_is_read_beyond_it) {
  request_head head;
  for (std::size_t n = 0; n < plain.size(); ++n) {
    // A copy of its own size, so that a sanitizer sees a read beyond the prefix.
    const std::unique_ptr<char[]> copy(new char[n]);
    plain.copy(copy.get(), n);
    EXPECT_EQ(parse({copy.get(), n}, head).state, head_parse::state::need_more) << n;
  }
}

TEST(http_head, leading_empty_lines_are_skipped_and_counted) {
  request_head head;
  const std::string bytes = "\r\n\r\n" + plain;
  const auto parsed = parse(bytes, head);
  ASSERT_EQ(parsed.state, head_parse::state::complete);
  EXPECT_EQ(parsed.size, plain.size() + 4);
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(parse("\r\n\r", head).state, head_parse::state::need_more);
}

TEST(http_head, version_1_0_is_legacy) {
  request_head head;
  ASSERT_EQ(parse("GET / HTTP/1.0\r\n\r\n", head).state, head_parse::state::complete);
  EXPECT_TRUE(head.legacy);
  EXPECT_TRUE(head.fields.all().empty());
}

TEST(http_head, values_may_hold_bytes_beyond_ascii) {
  request_head head;
  ASSERT_EQ(parse("GET / HTTP/1.1\r\nX: caf\xc3\xa9 \xff\r\n\r\n", head).state,
            head_parse::state::complete);
  EXPECT_EQ(head.fields.find("x"), "caf\xc3\xa9 \xff");
}

TEST(http_head, earlier_fields_are_forgotten) {
  request_head head;
  parse(plain, head);
  parse("GET / HTTP/1.1\r\nA: 1\r\n\r\n", head);
  EXPECT_EQ(head.fields.all().size(), 1u);
}

TEST(http_head, the_limit_holds_with_and_without_an_end) {
  EXPECT_EQ(error_of_request(plain, plain.size()), head_error::none);
  EXPECT_EQ(error_of_request(plain, plain.size() - 1), head_error::too_large);
  EXPECT_EQ(error_of_request(std::string(limit, 'a')), head_error::too_large);
  EXPECT_EQ(error_of_request(std::string(limit - 1, 'a')), head_error::none);
  std::string empty_lines;
  for (std::size_t i = 0; i < limit / 2; ++i) empty_lines += "\r\n";
  EXPECT_EQ(error_of_request(empty_lines), head_error::too_large);
}

TEST(http_head, up_to_96_fields) {
  std::string head = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i < core::http_fields::capacity; ++i) head += "A: b\r\n";
  EXPECT_EQ(error_of_request(head + "\r\n"), head_error::none);
  EXPECT_EQ(error_of_request(head + "A: b\r\n\r\n"), head_error::too_many_fields);
  EXPECT_EQ(error_of_request(head + "Content-Length: x\r\n\r\n"), head_error::too_many_fields);
}

// Beast's parser stops at such fields; `framing` must see all of them, and all that follow.
TEST(http_head, contradictory_framing_fields_all_arrive) {
  request_head head;
  ASSERT_EQ(parse("POST /x HTTP/1.1\r\n"
                  "Host: a\r\n"
                  "Transfer-Encoding: chunked\r\n"
                  "Content-Length: \t5 \r\n"
                  "Content-Length: x\r\n"
                  "Transfer-Encoding: gzip\r\n"
                  "Content-Length: 5, 6\r\n"
                  "X-Last: 1\r\n\r\n",
                  head)
                .state,
            head_parse::state::complete);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/x");
  ASSERT_EQ(head.fields.all().size(), 7u);
  EXPECT_EQ(head.fields.all()[2].name, "Content-Length");
  EXPECT_EQ(head.fields.all()[2].value, "5");
  EXPECT_EQ(head.fields.count("content-length"), 3u);
  EXPECT_EQ(head.fields.count("transfer-encoding"), 2u);
  EXPECT_EQ(head.fields.find("x-last"), "1");
}

TEST(http_head, a_fault_behind_contradictory_framing_is_still_found) {
  const std::string start = "POST / HTTP/1.1\r\nContent-Length: x\r\n";
  EXPECT_EQ(error_of_request(start + "A b: c\r\n\r\n"), head_error::bad_field);
  EXPECT_EQ(error_of_request(start + "A : c\r\n\r\n"), head_error::space_before_colon);
  EXPECT_EQ(error_of_request(start + "A: \x01\r\n\r\n"), head_error::bad_field);
}

struct refused {
  const char* name;
  std::string bytes;
  head_error error;
};
void PrintTo(const refused& r, std::ostream* out) {
  *out << r.name;
}

std::string field(const std::string& line) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\nX: y\r\n\r\n";
}
std::string start(const std::string& line) {
  return line + "\r\nHost: a\r\n\r\n";
}
std::string with_null(std::string text) {
  text[text.find('0')] = '\0';
  return text;
}

class refused_request : public testing::TestWithParam<refused> {};

TEST_P(refused_request, says_why) {
  EXPECT_EQ(error_of_request(GetParam().bytes), GetParam().error)
      << core::to_label(error_of_request(GetParam().bytes));
}

INSTANTIATE_TEST_SUITE_P(
    http_head, refused_request,
    testing::Values(
        refused{"line_feed_alone", "GET / HTTP/1.1\nHost: a\n\n", head_error::bare_line_feed},
        refused{"line_feed_alone_in_fields", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
                head_error::bare_line_feed},
        refused{"line_feed_alone_at_the_end", "GET / HTTP/1.1\r\nHost: a\r\n\n",
                head_error::bare_line_feed},
        refused{"line_feed_first", "\nGET / HTTP/1.1\r\n\r\n", head_error::bare_line_feed},
        refused{"line_feed_alone_before_the_end_came", "GET / HTTP/1.1\n",
                head_error::bare_line_feed},
        refused{"carriage_return_in_a_value", field("A: b\rc"), head_error::bare_line_feed},
        refused{"carriage_return_in_a_name", field("A\rB: c"), head_error::bare_line_feed},
        refused{"two_carriage_returns", field("A: b\r"), head_error::bare_line_feed},
        refused{"carriage_return_as_a_line", field("\r"), head_error::bare_line_feed},
        refused{"carriage_return_in_the_target", start("GET /\r HTTP/1.1"),
                head_error::bare_line_feed},
        refused{"carriage_return_hides_a_field", field("A: b\rTransfer-Encoding: chunked"),
                head_error::bare_line_feed},
        refused{"null_in_a_value", with_null(field("A: b0c")), head_error::null_byte},
        refused{"null_in_a_name", with_null(field("A0: c")), head_error::null_byte},
        refused{"null_in_the_target", with_null(start("GET /0 HTTP/1.1")), head_error::null_byte},
        refused{"folded_by_space", field("A: b\r\n c"), head_error::folded_line},
        refused{"folded_by_tab", field("A: b\r\n\tc"), head_error::folded_line},
        refused{"folded_transfer_encoding", field("Transfer-Encoding:\r\n chunked"),
                head_error::folded_line},
        refused{"space_before_the_first_field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                head_error::folded_line},
        refused{"folded_before_the_end_came", "GET / HTTP/1.1\r\nA: b\r\n c",
                head_error::folded_line},
        refused{"space_before_colon", field("Content-Length : 5"), head_error::space_before_colon},
        refused{"tab_before_colon", field("Transfer-Encoding\t: chunked"),
                head_error::space_before_colon},
        refused{"no_colon", field("Host"), head_error::bad_field},
        refused{"empty_name", field(": b"), head_error::bad_field},
        refused{"space_in_a_name", field("A B: c"), head_error::bad_field},
        refused{"name_beyond_ascii", field("caf\xc3\xa9: b"), head_error::bad_field},
        refused{"parenthesis_in_a_name", field("A(: b"), head_error::bad_field},
        refused{"control_character_in_a_value", field("A: b\x01"), head_error::bad_field},
        refused{"delete_in_a_value", field("A: b\x7f"), head_error::bad_field},
        refused{"connection_that_is_no_list", field("Connection: close;x"), head_error::bad_field},
        refused{"no_version", start("GET /"), head_error::bad_target},
        refused{"two_spaces_before_the_target", start("GET  / HTTP/1.1"), head_error::bad_target},
        refused{"two_spaces_behind_the_target", start("GET /  HTTP/1.1"), head_error::bad_version},
        refused{"space_in_the_target", start("GET /a b HTTP/1.1"), head_error::bad_version},
        refused{"tab_between", start("GET\t/ HTTP/1.1"), head_error::bad_start_line},
        refused{"method_no_token", start("GE(T / HTTP/1.1"), head_error::bad_start_line},
        refused{"method_empty", start(" / HTTP/1.1"), head_error::bad_start_line},
        refused{"version_0_9", start("GET / HTTP/0.9"), head_error::bad_version},
        refused{"version_1_2", start("GET / HTTP/1.2"), head_error::bad_version},
        refused{"version_2_0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", head_error::bad_version},
        refused{"version_lower_case", start("GET / http/1.1"), head_error::bad_version},
        refused{"version_of_three_parts", start("GET / HTTP/1.10"), head_error::bad_version},
        refused{"space_behind_the_version", start("GET / HTTP/1.1 "), head_error::bad_version},
        refused{"tls_client_hello", "\x16\x03\x01", head_error::bad_start_line},
        refused{"fragment", start("GET /a#b HTTP/1.1"), head_error::bad_target},
        refused{"target_beyond_ascii", start("GET /caf\xc3\xa9 HTTP/1.1"), head_error::bad_target},
        refused{"target_control_character", start("GET /\x01 HTTP/1.1"), head_error::bad_target},
        refused{"target_relative", start("GET a/b HTTP/1.1"), head_error::bad_target},
        refused{"target_star_for_get", start("GET * HTTP/1.1"), head_error::bad_target},
        refused{"target_without_scheme", start("GET ://a/ HTTP/1.1"), head_error::bad_target},
        refused{"target_authority_for_get", start("GET a:80 HTTP/1.1"), head_error::bad_target},
        refused{"connect_with_a_path", start("CONNECT /a HTTP/1.1"), head_error::bad_target}),
    [](const auto& info) { return info.param.name; });

TEST(http_head, target_forms) {
  request_head head;
  for (const std::string line :
       {"OPTIONS * HTTP/1.1", "GET http://a.example/b?c HTTP/1.1", "CONNECT a.example:443 HTTP/1.1",
        "GET /?q=a://b HTTP/1.1", "GET //a HTTP/1.1", "GET /a|b{c}\"d HTTP/1.1"}) {
    EXPECT_EQ(parse(line + "\r\n\r\n", head).state, head_parse::state::complete) << line;
  }
}

// Every byte value, at each kind of place: what is let through is what the grammar has there.
TEST(http_head, each_byte_is_accepted_only_where_the_grammar_has_it) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool text = c == '\t' || (i >= 0x20 && i != 0x7f);
    const bool visible = i > 0x20 && i < 0x7f;
    const bool token =
        visible && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
    const std::string one(1, c);
    EXPECT_EQ(error_of_request(field("A: b" + one + "c")) == head_error::none, text) << i;
    EXPECT_EQ(error_of_request(field("A" + one + "B: c")) == head_error::none, token || c == ':')
        << i;
    EXPECT_EQ(error_of_request(start("G" + one + "T / HTTP/1.1")) == head_error::none, token) << i;
    EXPECT_EQ(error_of_request(start("GET /a" + one + "b HTTP/1.1")) == head_error::none,
              visible && c != '#')
        << i;
    EXPECT_EQ(error_of_response("HTTP/1.1 200 O" + one + "K\r\n\r\n") == head_error::none, text)
        << i;
  }
}

TEST(response_head, is_parsed) {
  response_head head;
  const std::string bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  const std::string followed = bytes + "HTTP/1.1 200";
  const auto parsed = core::parse_response_head(followed, limit, head);
  ASSERT_EQ(parsed.state, head_parse::state::complete);
  EXPECT_EQ(parsed.size, bytes.size());
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.reason, "Not Found");
  EXPECT_FALSE(head.legacy);
  EXPECT_EQ(head.fields.find("content-length"), "0");
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_EQ(core::parse_response_head(bytes.substr(0, n), limit, head).state,
              head_parse::state::need_more)
        << n;
  }
}

TEST(response_head, status_needs_no_reason) {
  response_head head;
  ASSERT_EQ(core::parse_response_head("HTTP/1.0 204 \r\n\r\n", limit, head).state,
            head_parse::state::complete);
  EXPECT_EQ(head.reason, "");
  EXPECT_TRUE(head.legacy);
}

TEST(response_head, contradictory_framing_fields_all_arrive) {
  response_head head;
  ASSERT_EQ(core::parse_response_head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                                      "Transfer-Encoding: chunked\r\nX: y\r\n\r\n",
                                      limit, head)
                .state,
            head_parse::state::complete);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.reason, "OK");
  EXPECT_EQ(head.fields.all().size(), 3u);
}

class refused_response : public testing::TestWithParam<refused> {};

TEST_P(refused_response, says_why) {
  EXPECT_EQ(error_of_response(GetParam().bytes), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    response_head, refused_response,
    testing::Values(
        refused{"leading_empty_line", "\r\nHTTP/1.1 200 OK\r\n\r\n", head_error::bad_start_line},
        refused{"not_http", "SSH-2.0-OpenSSH\r\n", head_error::bad_start_line},
        refused{"version_2", "HTTP/2.0 200 OK\r\n\r\n", head_error::bad_version},
        refused{"no_version", "HELLO\r\n\r\n", head_error::bad_version},
        refused{"status_of_two_digits", "HTTP/1.1 99 X\r\n\r\n", head_error::bad_start_line},
        refused{"status_below_100", "HTTP/1.1 099 X\r\n\r\n", head_error::bad_start_line},
        refused{"status_of_four_digits", "HTTP/1.1 2000 X\r\n\r\n", head_error::bad_start_line},
        refused{"status_signed", "HTTP/1.1 +20 X\r\n\r\n", head_error::bad_start_line},
        refused{"control_character_in_the_reason", "HTTP/1.1 200 O\x01K\r\n\r\n",
                head_error::bad_start_line},
        refused{"line_feed_alone", "HTTP/1.1 200 OK\nA: b\n\n", head_error::bare_line_feed},
        refused{"folded", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", head_error::folded_line},
        refused{"space_before_colon", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                head_error::space_before_colon}),
    [](const auto& info) { return info.param.name; });

TEST(known_fields, are_told_by_their_names_in_any_case) {
  using core::field_name;
  EXPECT_EQ(core::field_named("HOST"), field_name::host);
  EXPECT_EQ(core::field_named("Content-Length"), field_name::content_length);
  EXPECT_EQ(core::field_named("user-agent"), field_name::user_agent);
  EXPECT_EQ(core::field_named("uSer-agent"), field_name::user_agent);
  EXPECT_EQ(core::field_named(core::probe_header), field_name::remora_probe);
  EXPECT_EQ(core::field_named("x-forwarded-foo"), field_name::other);
  EXPECT_EQ(core::field_named("connectiom"), field_name::other);
  EXPECT_EQ(core::field_named(""), field_name::other);
}

TEST(known_fields, are_found_counted_and_forgotten) {
  using core::field_name;
  core::http_fields fields;
  fields.add({"Accept", "*/*"});
  fields.add({"host", "first"});
  fields.add({"HOST", "second"});
  EXPECT_TRUE(fields.has(field_name::host));
  EXPECT_EQ(fields.find(field_name::host), "first");
  EXPECT_EQ(fields.count(field_name::host), 2u);
  EXPECT_FALSE(fields.has(field_name::te));
  EXPECT_EQ(fields.find(field_name::te), std::nullopt);
  EXPECT_EQ(fields.count(field_name::te), 0u);
  fields.clear();
  EXPECT_FALSE(fields.has(field_name::host));
}

TEST(iequals, ignores_case_of_ascii_letters_only) {
  EXPECT_TRUE(core::iequals("Content-Length", "cONTENT-lENGTH"));
  EXPECT_TRUE(core::iequals("", ""));
  EXPECT_FALSE(core::iequals("a", "ab"));
  EXPECT_FALSE(core::iequals("[", "{"));
  EXPECT_FALSE(core::iequals("@", "`"));
  EXPECT_FALSE(core::iequals("\r", "-"));
  EXPECT_FALSE(core::iequals("\xc9", "\xe9"));
}

TEST(iequals, decides_by_every_byte_at_every_place) {
  const auto lower = [](int c) { return c >= 'A' && c <= 'Z' ? c + 0x20 : c; };
  for (const std::size_t size : {std::size_t{3}, std::size_t{11}})
    for (std::size_t place = 0; place < size; ++place)
      for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b) {
          std::string left(size, 'q'), right(size, 'Q');
          left[place] = static_cast<char>(a);
          right[place] = static_cast<char>(b);
          ASSERT_EQ(core::iequals(left, right), lower(a) == lower(b)) << a << " " << b;
        }
}

}  // namespace
