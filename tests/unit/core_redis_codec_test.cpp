#include "core/redis_codec.hpp"

#include <gtest/gtest.h>

namespace {

TEST(append_command, writes_resp_arrays_of_any_bytes) {
  std::string out;
  core::append_command(out, {"SET", std::string("a\0b", 3), ""});
  core::append_command(out, {"PING"});
  EXPECT_EQ(out,
            std::string("*3\r\n$3\r\nSET\r\n$3\r\na\0b\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n", 42));
}

const std::string replies =
    "+OK\r\n-ERR no\r\n:42\r\n$3\r\nabc\r\n$-1\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n";

TEST(redis_decoder, finds_replies_of_every_kind) {
  core::redis_decoder decoder;
  decoder.feed(replies);
  std::vector<core::redis_reply> found;
  for (auto next = decoder.next(); next && *next; next = decoder.next()) found.push_back(**next);
  ASSERT_EQ(found.size(), 6u);
  EXPECT_EQ(found[0].kind, core::redis_kind::status);
  EXPECT_TRUE(found[1].is_error());
  EXPECT_EQ(core::redis_error_prefix(found[1]), "ERR");
  EXPECT_EQ(found[2].integer, 42);
  EXPECT_EQ(found[3].text, "abc");
  EXPECT_TRUE(found[4].is_nil());
  ASSERT_EQ(found[5].items.size(), 2u);
  EXPECT_EQ(found[5].items[1].items[0].text, "x");
}

TEST(redis_decoder, gives_the_same_replies_byte_by_byte) {
  core::redis_decoder decoder;
  std::size_t found = 0;
  for (const char c : replies) {
    decoder.feed({&c, 1});
    const auto next = decoder.next();
    ASSERT_TRUE(next);
    if (*next) ++found;
  }
  EXPECT_EQ(found, 6u);
}

TEST(redis_decoder, a_prefix_is_never_a_reply) {
  const std::string reply = "*2\r\n$3\r\nabc\r\n:7\r\n";
  for (std::size_t size = 0; size < reply.size(); ++size) {
    core::redis_decoder decoder;
    decoder.feed(reply.substr(0, size));
    const auto next = decoder.next();
    ASSERT_TRUE(next);
    EXPECT_FALSE(*next) << size;
  }
}

TEST(redis_decoder, what_is_no_resp_is_malformed) {
  core::redis_decoder decoder;
  decoder.feed("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(decoder.next().error(), core::errc::malformed);
}

}  // namespace
