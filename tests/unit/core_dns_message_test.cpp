#include "core/dns_message.hpp"

#include <gtest/gtest.h>

#include "core/dns_exchange.hpp"
#include "core/dns_names.hpp"
#include "core/dns_reader.hpp"
#include "tests/support/dns_message.hpp"

namespace {

using namespace tests::dns;

core::result<core::dns_message> parse(std::string_view message) {
  return core::parse_dns_message(
      {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
}

std::string text(std::string_view s) {
  return static_cast<char>(s.size()) + std::string(s);
}

/// The text of the only answer, a record of `type` with these data.
std::string shown(std::uint16_t type, const std::string& data) {
  const auto got = parse(message("a.example", type, {record(question_name, type, 60, data)}));
  return got ? got->answers.at(0).text() : got.error().message();
}

TEST(parse_dns_message, reads_header_question_and_all_sections) {
  const std::string soa =
      name("ns.example") + name("root.example") + u32(2024) + u32(1) + u32(2) + u32(3) + u32(4);
  const auto got = parse(message(
      "a.example", type_a, {record(question_name, type_a, 300, "\x0a\x01\x02\x03")}, 0x0420, 0xabcd,
      {{record(name("example"), core::dns_soa, 10, soa)},
       {record(name("ns.example"), type_a, 20, std::string("\x7f\0\0\1", 4))}}));
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(got->id, 0xabcd);
  EXPECT_TRUE(got->is_response() && got->authoritative() && got->recursion_desired() &&
              got->recursion_available() && got->authentic_data());
  EXPECT_FALSE(got->truncated());
  EXPECT_EQ(got->rcode(), core::dns_no_error);
  EXPECT_EQ(got->questions, (std::vector<core::dns_question>{{"a.example.", core::dns_a, 1}}));
  ASSERT_EQ(got->answers.size(), 1u);
  EXPECT_EQ(got->answers[0].text(), "a.example.\t300\tIN\tA\t10.1.2.3");
  ASSERT_EQ(got->authority.size(), 1u);
  EXPECT_EQ(got->authority[0].text(),
            "example.\t10\tIN\tSOA\tns.example. root.example. 2024 1 2 3 4");
  ASSERT_EQ(got->additional.size(), 1u);
  EXPECT_EQ(got->additional[0].text(), "ns.example.\t20\tIN\tA\t127.0.0.1");
  EXPECT_FALSE(got->serial());  // only that of an answer
}

TEST(parse_dns_message, writes_data_as_master_files_do) {
  const std::string prefix = "a.example.\t60\tIN\t";
  EXPECT_EQ(shown(core::dns_aaaa, std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16)),
            prefix + "AAAA\t2001:db8::1");
  EXPECT_EQ(shown(core::dns_cname, name("b.example")), prefix + "CNAME\tb.example.");
  EXPECT_EQ(shown(core::dns_ns, question_name), prefix + "NS\ta.example.");
  EXPECT_EQ(shown(core::dns_ptr, name("")), prefix + "PTR\t.");
  EXPECT_EQ(shown(core::dns_mx, u16(10) + name("mail.example")), prefix + "MX\t10 mail.example.");
  EXPECT_EQ(shown(core::dns_txt, text("v=spf1 -all") + text("a\"b\\\x01")),
            prefix + R"(TXT	"v=spf1 -all" "a\"b\\\001")");
  EXPECT_EQ(shown(core::dns_srv, srv_data(1, 2, 80, "b.example")),
            prefix + "SRV\t1 2 80 b.example.");
  EXPECT_EQ(shown(core::dns_caa, std::string(1, '\0') + text("issue") + "ca.example"),
            prefix + "CAA\t0 issue \"ca.example\"");
  EXPECT_EQ(shown(core::dns_naptr,
                  u16(1) + u16(2) + text("s") + text("SIP+D2U") + text("") + name("b.example")),
            prefix + R"(NAPTR	1 2 "s" "SIP+D2U" "" b.example.)");
  EXPECT_EQ(shown(core::dns_ds, u16(7) + "\x08\x02\xab\xcd"), prefix + "DS\t7 8 2 ABCD");
  EXPECT_EQ(shown(core::dns_tlsa, "\x03\x01\x01\xab"), prefix + "TLSA\t3 1 1 AB");
  EXPECT_EQ(shown(65280, "\x0a\x0b"), prefix + "TYPE65280\t\\# 2 0A0B");
}

TEST(parse_dns_message, escapes_what_is_special_in_names) {
  const std::string odd = text("a.b") + text(std::string("\x01 ", 2)) + '\0';
  EXPECT_EQ(shown(core::dns_ns, odd), "a.example.\t60\tIN\tNS\ta\\.b.\\001\\ .");
}

TEST(parse_dns_message, refuses_data_that_are_not_what_their_type_says) {
  EXPECT_EQ(shown(core::dns_a, "\x0a\x01\x02"), "malformed");
  EXPECT_EQ(shown(core::dns_a, "\x0a\x01\x02\x03\x04"), "malformed");
  EXPECT_EQ(shown(core::dns_mx, u16(10) + name("mail.example") + "x"), "malformed");
  EXPECT_EQ(shown(core::dns_txt,
                  "\x05"
                  "abc"),
            "malformed");
  EXPECT_EQ(shown(core::dns_ns, "\xc0\xff"), "malformed");  // points forward
}

TEST(parse_dns_message, every_prefix_is_malformed) {
  const std::string whole = message(
      "a.example", type_srv, {record(question_name, type_srv, 9, srv_data(0, 1, 2, "b.example"))});
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(parse(whole.substr(0, n))) << n;
  EXPECT_TRUE(parse(whole + "more"));
}

TEST(parse_dns_message, finds_the_serial_of_a_zone) {
  const std::string soa = text("odd name") + '\0' + name("root.example") + u32(4294967295) +
                          u32(1) + u32(2) + u32(3) + u32(4);
  const auto got =
      parse(message("a.example", core::dns_soa, {record(question_name, core::dns_soa, 10, soa)}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->serial(), 4294967295u);
}

TEST(dns_names, are_read_in_any_case_and_as_numbers) {
  EXPECT_EQ(core::dns_type_of("aaaa"), core::dns_aaaa);
  EXPECT_EQ(core::dns_type_of("TYPE257"), core::dns_caa);
  EXPECT_EQ(core::dns_type_of("TYPE65536"), std::nullopt);
  EXPECT_EQ(core::dns_type_of("nothing"), std::nullopt);
  EXPECT_EQ(core::dns_type_of("TYPE"), std::nullopt);
  EXPECT_EQ(core::dns_rcode_of("nxdomain"), core::dns_no_name);
  EXPECT_EQ(core::dns_rcode_name(15), "RCODE15");
  EXPECT_EQ(core::dns_class_of("ch"), 3);
}

TEST(encode_dns_query, reads_back) {
  core::dns_query query;
  query.name = "a.example";
  query.type = core::dns_srv;
  for (const bool recursion : {true, false}) {
    query.recursion = recursion;
    query.udp_size = recursion ? 1232 : 0;
    const auto encoded = core::encode_dns_query(query, 0x1234);
    ASSERT_TRUE(encoded);
    const auto got = parse(*encoded);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->id, 0x1234);
    EXPECT_FALSE(got->is_response());
    EXPECT_EQ(got->recursion_desired(), recursion);
    EXPECT_EQ(got->questions, (std::vector<core::dns_question>{{"a.example.", core::dns_srv, 1}}));
    ASSERT_EQ(got->additional.size(), recursion ? 1u : 0u);
    if (recursion) {
      EXPECT_EQ(got->additional[0].cls, 1232);
    }
  }
}

TEST(encode_dns_query, refuses_what_is_no_name) {
  core::dns_query query;
  for (const std::string& name :
       {std::string("a..b"), std::string(64, 'x'), std::string(300, 'y')}) {
    query.name = name;
    EXPECT_FALSE(core::encode_dns_query(query, 1)) << name;
  }
  query.name = ".";  // the root
  EXPECT_TRUE(core::encode_dns_query(query, 1));
}

}  // namespace
