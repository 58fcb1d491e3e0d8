#include "core/chunked.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using core::chunked_scanner;

struct scanned {
  std::string payload;
  std::size_t consumed = 0;
  bool done = false;
  bool bad = false;
};

/// Feeds pieces one after the other, each in a buffer of its own size, as a connection would.
scanned scan(const std::vector<std::string_view>& pieces) {
  chunked_scanner scanner;
  scanned all;
  for (const auto piece : pieces) {
    const std::unique_ptr<char[]> copy(new char[piece.size()]);
    piece.copy(copy.get(), piece.size());
    std::string_view left(copy.get(), piece.size());
    while (!left.empty() && !all.done && !all.bad) {
      const auto s = scanner.next(left);
      all.payload += s.payload;
      all.consumed += s.consumed;
      all.done = s.done;
      all.bad = s.bad;
      left.remove_prefix(s.consumed);
    }
  }
  return all;
}

struct body {
  const char* name;
  const char* bytes;
  const char* payload;
};
void PrintTo(const body& b, std::ostream* out) {
  *out << b.name;
}

constexpr body good[] = {
    {"empty", "0\r\n\r\n", ""},
    {"one_chunk", "5\r\nhello\r\n0\r\n\r\n", "hello"},
    {"two_chunks", "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n", "hello, world"},
    {"hex_sizes", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a"},
    {"leading_zeros", "0005\r\nhello\r\n00\r\n\r\n", "hello"},
    {"payload_like_framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n"},
    {"extensions", "5;a=b;c=\"d e\"\r\nhello\r\n0;last\r\n\r\n", "hello"},
    {"trailers", "5\r\nhello\r\n0\r\nX-Sum: abc\r\nY:\r\nZ: \tcaf\xc3\xa9\r\n\r\n", "hello"},
};

class chunked_body : public testing::TestWithParam<body> {};

TEST_P(chunked_body, gives_its_payload_and_its_end) {
  const std::string next = "GET / HTTP/1.1\r\n";
  const std::string bytes = GetParam().bytes;
  const auto s = scan({bytes + next});
  EXPECT_TRUE(s.done);
  EXPECT_EQ(s.payload, GetParam().payload);
  EXPECT_EQ(s.consumed, bytes.size());
}

TEST_P(chunked_body, is_the_same_split_at_every_two_places) {
  const std::string_view bytes = GetParam().bytes;
  for (std::size_t a = 0; a <= bytes.size(); ++a) {
    for (std::size_t b = a; b <= bytes.size(); ++b) {
      const auto s = scan({bytes.substr(0, a), bytes.substr(a, b - a), bytes.substr(b)});
      ASSERT_TRUE(s.done) << a << ' ' << b;
      ASSERT_EQ(s.payload, GetParam().payload) << a << ' ' << b;
      ASSERT_EQ(s.consumed, bytes.size());
    }
  }
}

TEST_P(chunked_body, is_the_same_byte_by_byte) {
  std::vector<std::string_view> pieces;
  const std::string_view bytes = GetParam().bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  EXPECT_EQ(scan(pieces).payload, GetParam().payload);
  EXPECT_TRUE(scan(pieces).done);
}

TEST_P(chunked_body, every_prefix_is_neither_done_nor_bad) {
  const std::string_view bytes = GetParam().bytes;
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto s = scan({bytes.substr(0, n)});
    EXPECT_FALSE(s.done) << n;
    EXPECT_FALSE(s.bad) << n;
    EXPECT_EQ(s.consumed, n);
  }
}

TEST_P(chunked_body, is_skipped_in_one_step_or_in_two) {
  const std::string_view bytes = GetParam().bytes;
  for (std::size_t n = 0; n <= bytes.size(); ++n) {
    chunked_scanner scanner;
    const auto first = scanner.skip(bytes.substr(0, n));
    EXPECT_EQ(first.consumed, n);
    EXPECT_EQ(first.done, n == bytes.size());
    const auto second = scanner.skip(std::string(bytes.substr(n)) + "rest");
    EXPECT_TRUE(second.done);
    EXPECT_EQ(first.consumed + second.consumed, bytes.size());
  }
}

INSTANTIATE_TEST_SUITE_P(chunked, chunked_body, testing::ValuesIn(good),
                         [](const auto& info) { return info.param.name; });

struct fault {
  const char* name;
  std::string bytes;
};
void PrintTo(const fault& f, std::ostream* out) {
  *out << f.name;
}

class bad_chunked_body : public testing::TestWithParam<fault> {};

TEST_P(bad_chunked_body, is_refused_however_it_is_split) {
  const std::string_view bytes = GetParam().bytes;
  for (std::size_t n = 0; n <= bytes.size(); ++n) {
    const auto s = scan({bytes.substr(0, n), bytes.substr(n)});
    ASSERT_TRUE(s.bad) << n;
    ASSERT_FALSE(s.done) << n;
  }
  chunked_scanner scanner;
  EXPECT_TRUE(scanner.skip(bytes).bad);
  EXPECT_TRUE(scanner.skip("0\r\n\r\n").bad) << "a bad body stays bad";
}

INSTANTIATE_TEST_SUITE_P(
    chunked, bad_chunked_body,
    testing::Values(fault{"no_size", "\r\nhello\r\n0\r\n\r\n"}, fault{"no_hex", "g\r\n"},
                    fault{"hex_prefix", "0x5\r\nhello\r\n"}, fault{"plus", "+5\r\nhello\r\n"},
                    fault{"minus", "-5\r\nhello\r\n"}, fault{"leading_space", " 5\r\nhello\r\n"},
                    fault{"trailing_space", "5 \r\nhello\r\n"},
                    fault{"space_before_extension", "5 ;a\r\n"},
                    fault{"size_of_2_to_the_60", "1000000000000000\r\n"},
                    fault{"size_that_wraps", "10000000000000005\r\nhello\r\n"},
                    fault{"sixteen_zeros", "0000000000000005\r\nhello\r\n"},
                    fault{"line_feed_behind_size", "5\nhello\r\n0\r\n\r\n"},
                    fault{"carriage_return_behind_size", "5\rhello\r\n"},
                    fault{"two_carriage_returns", "5\r\r\nhello\r\n"},
                    fault{"line_feed_in_extension", "5;a\nhello\r\n0\r\n\r\n"},
                    fault{"carriage_return_in_extension", "5;a\rb\r\nhello\r\n"},
                    fault{"null_in_extension", std::string("5;a\0b\r\n", 7)},
                    fault{"line_feed_behind_payload", "5\r\nhello\n0\r\n\r\n"},
                    fault{"payload_longer_than_its_size", "5\r\nhello!\r\n0\r\n\r\n"},
                    fault{"payload_shorter_than_its_size", "6\r\nhello\r\n0\r\n\r\n"},
                    fault{"line_feed_at_the_end", "0\r\n\n"},
                    fault{"line_feed_behind_last_size", "0\n\r\n"},
                    fault{"carriage_return_at_the_end", "0\r\n\rX"},
                    fault{"folded_trailer", "0\r\nA: b\r\n c\r\n\r\n"},
                    fault{"trailer_without_colon", "0\r\nAbc\r\n\r\n"},
                    fault{"trailer_without_name", "0\r\n: b\r\n\r\n"},
                    fault{"trailer_space_before_colon", "0\r\nA : b\r\n\r\n"},
                    fault{"trailer_ended_by_line_feed", "0\r\nA: b\n\r\n"},
                    fault{"trailer_control_character", "0\r\nA: \x01\r\n\r\n"},
                    fault{"next_request_as_trailer", "0\r\nGET / HTTP/1.1\r\n\r\n"},
                    fault{"extension_too_long", "5;" + std::string(2000, 'a') + "\r\nhello\r\n"},
                    fault{"trailers_too_long", "0\r\nA: " + std::string(9000, 'a') + "\r\n\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST(chunked_scanner, payload_is_a_view_into_the_input) {
  const std::string bytes = "5\r\nhello\r\n0\r\n\r\n";
  chunked_scanner scanner;
  EXPECT_EQ(scanner.next(bytes).payload.data(), bytes.data() + 3);
}

TEST(chunked_scanner, a_large_chunk_is_followed_without_its_bytes) {
  chunked_scanner scanner;
  EXPECT_EQ(scanner.next("fffffffffffffff\r\n").consumed, 17u);
  EXPECT_EQ(scanner.next("abc").payload, "abc");
}

TEST(chunked_scanner, bounds_hold_for_each_extension_and_for_all_trailers) {
  const std::string longest(chunked_scanner::max_extension, 'a');
  const std::string chunk = "1;" + longest + "\r\nx\r\n";
  chunked_scanner scanner;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(scanner.skip(chunk).bad);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 1000; ++i) trailers += "A: 23456\r\n";
  EXPECT_TRUE(scanner.skip(trailers).bad);
}

TEST(chunked_scanner, consumes_nothing_once_done) {
  chunked_scanner scanner;
  EXPECT_TRUE(scanner.skip("0\r\n\r\n").done);
  const auto again = scanner.skip("5\r\nhello\r\n");
  EXPECT_TRUE(again.done);
  EXPECT_EQ(again.consumed, 0u);
}

}  // namespace
