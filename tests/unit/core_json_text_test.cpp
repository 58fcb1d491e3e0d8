#include "core/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "core/utf8.hpp"

namespace {

using core::json_string;

std::string number(double value) {
  std::string out;
  core::append_json_number(out, value);
  return out;
}

TEST(json_string, quotes_and_escapes) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("a/b"), R"("a/b")");
  EXPECT_EQ(json_string("\"\\\n\r\t"), R"("\"\\\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
}

TEST(json_string, keeps_utf8) {
  EXPECT_EQ(json_string("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x9F"),
            "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x9F\"");
}

TEST(json_string, replaces_what_is_no_utf8) {
  EXPECT_EQ(json_string("a\xFF"
                        "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(json_string("\xC3"), "\"\xEF\xBF\xBD\"");
}

TEST(json_string, is_valid_json_for_every_pair_of_bytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char text[] = {static_cast<char>(a), static_cast<char>(b)};
      boost::system::error_code error;
      boost::json::parse(json_string({text, 2}), error);
      ASSERT_FALSE(error) << a << " " << b;
    }
  }
}

TEST(json_number, is_the_shortest_that_reads_back) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(71.2), "71.2");
  EXPECT_EQ(number(-0.1), "-0.1");
  EXPECT_EQ(number(1e300), "1e+300");
}

TEST(json_number, what_json_cannot_say_becomes_a_string) {
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), R"("NaN")");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), R"("Infinity")");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), R"("-Infinity")");
}

TEST(utf8_sequence, lengths) {
  EXPECT_EQ(core::utf8_sequence(""), 0u);
  EXPECT_EQ(core::utf8_sequence("a"), 1u);
  EXPECT_EQ(core::utf8_sequence("\xC2\x80"), 2u);
  EXPECT_EQ(core::utf8_sequence("\xE0\xA0\x80"), 3u);
  EXPECT_EQ(core::utf8_sequence("\xEF\xBF\xBF"), 3u);
  EXPECT_EQ(core::utf8_sequence("\xF0\x90\x80\x80"), 4u);
  EXPECT_EQ(core::utf8_sequence("\xF4\x8F\xBF\xBF"), 4u);
}

TEST(utf8_sequence, refuses_overlong_surrogate_cut_off_and_beyond) {
  for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC2",
                           "\xE2\x82", "\xF0\x9F\x90", "\xE2\x28\xA1", "\xF0\x9F\x28\x9F"}) {
    EXPECT_EQ(core::utf8_sequence(text), 0u) << testing::PrintToString(text);
  }
}

}  // namespace
