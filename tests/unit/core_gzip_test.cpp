#include "core/gzip.hpp"

#include <gtest/gtest.h>

#include "core/random_source.hpp"
#include "tests/support/gzip.hpp"

namespace {

using tests::gzip;

core::errc why(const core::result<std::string>& failed) {
  return failed ? core::errc{} : static_cast<core::errc>(failed.error().value());
}

TEST(gzip_reader, gives_back_what_was_compressed) {
  core::gzip_reader reader;
  EXPECT_EQ(*reader.read(gzip("hello"), 100), "hello");
  EXPECT_EQ(*reader.read(gzip(""), 100), "");
  EXPECT_EQ(*reader.read(gzip("hello"), 5), "hello") << "the limit itself";
}

TEST(gzip_reader, refuses_more_than_the_limit_after_decompression) {
  core::gzip_reader reader;
  const auto bomb = gzip(std::string(1'000'000, 'a'));
  EXPECT_LT(bomb.size(), 10'000u);
  EXPECT_EQ(why(reader.read(bomb, 100'000)), core::errc::too_large);
  EXPECT_EQ(why(reader.read(bomb, 999'999)), core::errc::too_large);
  EXPECT_EQ(reader.read(bomb, 1'000'000)->size(), 1'000'000u);
}

TEST(gzip_reader, the_size_that_a_body_claims_is_not_believed) {
  core::gzip_reader reader;
  const std::string text(300'000, 'a');
  auto body = gzip(text);
  body.replace(body.size() - 4, 4, "\x01\x02\x03\x04", 4);
  EXPECT_EQ(why(reader.read(body, 1'000'000)), core::errc::malformed);
}

TEST(gzip_reader, several_members_are_one_body) {
  core::gzip_reader reader;
  EXPECT_EQ(
      *reader.read(gzip("one ") + gzip("") + gzip(std::string(5000, 'x')) + gzip("two"), 10'000),
      "one " + std::string(5000, 'x') + "two");
  EXPECT_EQ(why(reader.read(gzip("one") + "more", 100)), core::errc::malformed);
}

TEST(gzip_reader, refuses_every_truncation_and_garbage) {
  const auto whole = gzip("a body of some length, a body of some length");
  core::gzip_reader reader;
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_EQ(why(reader.read(std::string_view(whole).substr(0, n), 1000)), core::errc::malformed)
        << n;
  EXPECT_EQ(why(reader.read("not gzip at all", 1000)), core::errc::malformed);
  EXPECT_EQ(*reader.read(whole, 1000), "a body of some length, a body of some length")
      << "what failed leaves nothing behind";
}

TEST(gzip_writer, writes_what_a_reader_reads) {
  core::random_source random(7);
  core::gzip_reader reader;
  core::gzip_writer fast(1), small(9);
  for (const std::size_t size : {0u, 1u, 100u, 70'000u, 500'000u}) {
    std::string noise(size, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(noise.data()), noise.size()});
    const std::string same(size, 'a');
    EXPECT_EQ(*reader.read(fast.write(noise), size), noise);
    EXPECT_EQ(*reader.read(small.write(same), size), same);
  }
  EXPECT_LT(fast.write(std::string(100'000, 'a')).size(), 1000u);
}

}  // namespace
