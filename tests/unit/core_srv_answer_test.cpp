#include "core/srv_answer.hpp"

#include <gtest/gtest.h>

#include "tests/support/dns_message.hpp"

namespace {

using namespace tests::dns;

constexpr std::string_view service = "_http._tcp.scores.example";

core::result<core::srv_answer> parse(const std::string& message) {
  return core::parse_srv_answer(
      {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
}
std::string srv(std::uint32_t ttl, unsigned priority, unsigned weight, unsigned port,
                std::string_view target) {
  return record(question_name, type_srv, ttl, srv_data(priority, weight, port, target));
}
std::string answer(const std::vector<std::string>& records, unsigned flags = 0) {
  return message(service, type_srv, records, flags);
}

TEST(parse_srv_answer, gives_the_records_and_the_smallest_ttl) {
  const auto got = parse(
      answer({srv(300, 1, 2, 8080, "a.scores.example"), srv(30, 65535, 0, 65535, "b_1.example")}));
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(got->ttl, 30u);
  EXPECT_EQ(got->records, (std::vector<core::srv_record>{{1, 2, 8080, "a.scores.example"},
                                                         {65535, 0, 65535, "b_1.example"}}));
}

TEST(parse_srv_answer, follows_an_alias_whose_ttl_counts) {
  const auto got = parse(answer(
      {record(question_name, type_cname, 5, name("_http._tcp.x.example")),
       record(name("_http._tcp.x.example"), type_srv, 60, srv_data(0, 0, 80, "a.example"))}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->ttl, 5u);
  EXPECT_EQ(got->records.size(), 1u);
}

TEST(parse_srv_answer, takes_compressed_targets) {
  // `a` and then the question's name from its third label on.
  const std::string target = std::string("\x01") + "a" + "\xc0\x17";
  const auto got =
      parse(answer({record(question_name, type_srv, 9, u16(0) + u16(0) + u16(80) + target)}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->records[0].target, "a.scores.example");
}

TEST(parse_srv_answer, passes_over_other_records) {
  const auto got =
      parse(answer({record(question_name, 46, 1, "a signature"), srv(60, 0, 0, 80, "a.example")}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->ttl, 60u);
}

TEST(parse_srv_answer, tells_what_is_not_there_from_what_failed) {
  EXPECT_EQ(parse(answer({}, 3)).error(), core::errc::name_not_found);
  EXPECT_EQ(parse(answer({})).error(), core::errc::name_not_found);
  EXPECT_EQ(parse(answer({srv(60, 0, 0, 0, "")})).error(), core::errc::name_not_found);
  EXPECT_EQ(parse(answer({}, 2)).error(), core::errc::unreachable);
}

TEST(parse_srv_answer, a_ttl_beyond_its_range_is_none) {
  EXPECT_EQ(parse(answer({srv(0x80000000, 0, 0, 80, "a.example")}))->ttl, 0u);
}

struct bad_answer {
  const char* name;
  std::string text;
};
class bad_srv_answer : public ::testing::TestWithParam<bad_answer> {};

TEST_P(bad_srv_answer, is_malformed) {
  EXPECT_EQ(parse(GetParam().text).error(), core::errc::malformed);
}

std::string with(std::string text, std::size_t at, char c) {
  text[at] = c;
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    core, bad_srv_answer,
    ::testing::Values(
        bad_answer{"nothing", ""},
        bad_answer{"a_question", with(answer({srv(1, 0, 0, 80, "a")}), 2, '\x01')},
        bad_answer{"truncated_by_the_server", answer({srv(1, 0, 0, 80, "a")}, 0x0200)},
        bad_answer{"a_pointer_to_itself", message("", type_srv,
                                                  {record(std::string("\xc0\x11"), type_srv, 1,
                                                          srv_data(0, 0, 80, "a"))})},
        bad_answer{"a_pointer_forward",
                   answer({record(std::string("\xc0\xff"), type_srv, 1, srv_data(0, 0, 80, "a"))})},
        bad_answer{"a_label_of_another_kind",
                   answer({record(std::string("\x80\x01"), type_srv, 1, srv_data(0, 0, 80, "a"))})},
        bad_answer{"a_target_that_is_longer_than_its_record",
                   answer({record(question_name, type_srv, 1,
                                  u16(0) + u16(0) + u16(80) + "\x05" + "abcde")})},
        bad_answer{"bytes_behind_a_target",
                   answer({record(question_name, type_srv, 1, srv_data(0, 0, 80, "a") + "x")})},
        bad_answer{"a_target_that_is_no_host_name", answer({srv(1, 0, 0, 80, "a b")})},
        bad_answer{"a_name_of_more_than_255",
                   answer({srv(1, 0, 0, 80,
                               std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                                   std::string(63, 'c') + "." + std::string(63, 'd'))})}),
    [](const auto& row) { return row.param.name; });

TEST(parse_srv_answer, no_prefix_of_an_answer_is_an_answer) {
  const auto whole =
      answer({srv(300, 1, 2, 8080, "a.scores.example"), record(question_name, 46, 1, "a signature"),
              srv(30, 3, 4, 81, "b.example")});
  ASSERT_TRUE(parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(parse(whole.substr(0, size)).error(), core::errc::malformed) << size;
}

}  // namespace
